{#-
    Which cells (region × period × origin) of a fact's KPIs must not be shown: the few, and what would give them away by subtraction.

    A cell is few where one of its counts of persons or cases is above 0 and under the limit; a whole of few parts is hidden too
    while it is under twice the limit. Beside them, in every block (the regions right below one region × the periods right within one period), the
    smallest other regions and periods are added until there are two of each and twice the limit, and all these regions are hidden in all
    these periods. So every hidden cell is the corner of a rectangle of hidden ones, and moving one person round it (+1 −1 −1 +1) changes no
    sum that is shown. Blocks are decided from the nation down and from the whole time down: what is hidden above hides something below.

    What pictures count from the same records (`pictures`: columns by relation, of rows by origin, region_code and period) counts like a KPI.

    Regions that reported nothing are hidden like others where a rectangle needs them (`has_values` is false for them).
-#}
{% macro hidden_cells(fact, relation, pictures={}) %}
{%- set rule = small_counts_of(fact) -%}
{%- set limit = rule.limit -%}
{%- set grains = ['all', 'year', 'quarter', 'month'] -%}
{%- set depths = range(rule.first_depth, 4) | list -%}
with regions as (
    select
        regions.region_code as region,
        coalesce(regions.parent_code, '') as parent_region,
        case
            when regions.region_level = 'nation' then 0
            when regions.region_level = 'province' then 1
            when parents.region_level = 'province' then 2
            else 3
        end as depth
    from {{ ref('dim_region') }} as regions
    left join {{ ref('dim_region') }} as parents on regions.parent_code = parents.region_code
),

periods as (
    select
        parts.period,
        parts.period_grain,
        coalesce(wholes.period, '') as parent_period
    from {{ ref('dim_period') }} as parts
    left join {{ ref('dim_period') }} as wholes
        on wholes.period_grain = case parts.period_grain when 'month' then 'quarter' when 'quarter' then 'year' when 'year' then 'all' end
        and parts.period_start between wholes.period_start and wholes.period_end
),

-- What is counted: a KPI's numerator, denominator or rows, by category too.
counts as (
    {%- for one in counts_of(fact, rule.rows) %}
    {{- '\n    union all' if not loop.first }}
    select '{{ one.kpi }}' as kpi, '{{ one.column }}' as part, {{ 1 if one.by_category else 0 }} as by_category, {{ loop.index }} as count_number
    {%- endfor %}
),

-- Every count of persons or cases of a cell.
counted as (
    select
        relation.origin,
        relation.region,
        relation.period,
        relation.period_grain,
        regions.depth,
        counts.count_number,
        case when counts.by_category = 1 then coalesce(relation.category, '') else '' end as category,
        cast(
            case counts.part when 'numerator' then relation.numerator when 'denominator' then relation.denominator else relation.rows end
            as double
        ) as amount
    from {{ relation }} as relation
    inner join regions on relation.region = regions.region
    inner join counts on relation.kpi = counts.kpi
    where regions.depth >= {{ rule.first_depth }}
        and case counts.part when 'numerator' then relation.numerator when 'denominator' then relation.denominator else relation.rows end is not null
    {%- for picture, columns in pictures.items() %}
    {%- set picture_number = loop.index %}
    {%- for column in columns %}
    union all
    select
        steps.origin,
        steps.region_code,
        steps.period,
        periods.period_grain,
        regions.depth,
        {{ 1000 * picture_number + loop.index }} as count_number,
        '' as category,
        cast(steps.{{ column }} as double) as amount
    from {{ picture }} as steps
    inner join regions on steps.region_code = regions.region
    inner join periods on steps.period = periods.period
    where steps.{{ column }} is not null
        and regions.depth >= {{ rule.first_depth }}
    {%- endfor %}
    {%- endfor %}
),

cells as (
    select
        origin,
        region,
        period,
        period_grain,
        max(case when amount > 0 and amount < {{ limit }} then 1 else 0 end) as is_few,
        max(amount) as size
    from counted
    group by origin, region, period, period_grain
),

-- Wholes under twice the limit of which a part is few: all their parts together would tell as much as one.
small_wholes as (
    select * from counted
    where amount >= {{ limit }} and amount < {{ 2 * limit }}
),

few_counts as (
    select distinct
        counted.origin,
        ancestors.ancestor_code as region,
        counted.period,
        counted.count_number,
        counted.category
    from counted
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on counted.region = ancestors.region_code
    where counted.amount > 0 and counted.amount < {{ limit }}
        and ancestors.ancestor_code in (select region from small_wholes)
),

few_wholes as (
    select distinct
        wholes.origin,
        wholes.region,
        wholes.period
    from few_counts
    inner join periods as parts on few_counts.period = parts.period
    left join periods as quarters on parts.parent_period = quarters.period
    left join periods as years on quarters.parent_period = years.period
    inner join small_wholes as wholes
        on few_counts.origin = wholes.origin
        and few_counts.region = wholes.region
        and few_counts.count_number = wholes.count_number
        and few_counts.category = wholes.category
        and wholes.period in (parts.period, parts.parent_period, quarters.parent_period, years.parent_period)
),

known_periods as (
    select distinct origin, period, period_grain from cells
),

origins as (
    select distinct origin from cells
),

seen_regions as (
    select distinct origin, region from cells
),

-- Regions that may stand beside each other: those that ever had a value, and so many others that there are two.
placed_regions as (
    select
        origins.origin,
        regions.region,
        regions.parent_region,
        regions.depth,
        case when seen_regions.region is null then 0 else 1 end as is_seen,
        max(case when seen_regions.region is null then 0 else 1 end) over (
            partition by origins.origin, regions.parent_region, regions.depth
        ) as has_seen,
        row_number() over (
            partition by origins.origin, regions.parent_region, regions.depth
            order by case when seen_regions.region is null then 1 else 0 end, regions.region
        ) as place
    from origins
    cross join regions
    left join seen_regions on origins.origin = seen_regions.origin and regions.region = seen_regions.region
    where regions.depth >= {{ rule.first_depth }}
),

known_regions as (
    select origin, region, parent_region, depth
    from placed_regions
    where has_seen = 1 and (is_seen = 1 or place <= 2)
),
{%- for depth in depths %}
{%- for grain in grains %}

{{ hidden_in_blocks(depth, grain, (grains[loop.index0 - 1] if not loop.first else none), depth > rule.first_depth, limit) }},
{%- endfor %}
{%- endfor %}

hidden_months as (
    {%- for depth in depths %}
    {{- '\n    union all' if not loop.first }}
    select origin, region, period from hidden_{{ depth }}_month
    {%- endfor %}
),

-- A run of months is hidden where it is few itself or one of its months is hidden.
hidden_spans as (
    select
        spans.origin,
        spans.region,
        spans.period,
        spans.is_few,
        1 as has_values
    from cells as spans
    left join hidden_months as months
        on spans.origin = months.origin
        and spans.region = months.region
        and months.period between substring(spans.period, 1, 7) and substring(spans.period, 10, 7)
    where spans.period_grain = 'span'
    group by spans.origin, spans.region, spans.period, spans.is_few
    having spans.is_few = 1 or count(months.period) > 0
),

hidden as (
    {%- for depth in depths %}
    {%- for grain in grains %}
    select * from hidden_{{ depth }}_{{ grain }}
    union all
    {%- endfor %}
    {%- endfor %}
    select * from hidden_spans
),

hidden_cells as (
    select
        origin,
        region,
        period,
        case when is_few = 1 then 'few' else 'beside' end as reason,
        has_values = 1 as has_values
    from hidden
)

select * from hidden_cells
{% endmacro %}

{#-
    The hidden cells of one depth of regions and one grain of periods. A block is one region above × one period above; its lines are regions and
    periods. Every cell of a block is there, those too that have no values.
-#}
{% macro hidden_in_blocks(depth, grain, grain_above, has_region_above, limit) -%}
{%- set name = depth ~ '_' ~ grain -%}
grid_{{ name }} as (
    select
        known.origin,
        known.region,
        known.parent_region,
        periods.period,
        periods.parent_period,
        coalesce(cells.size, 0) as size,
        coalesce(cells.is_few, 0) as is_few,
        case when cells.region is null then 0 else 1 end as has_values,
        case when cells.is_few = 1 or wholes.region is not null then 1 else 0 end as is_small,
        {{ 'case when region_above.region is null then 0 else 1 end' if has_region_above else '0' }} as is_hidden_above,
        {{ 'case when period_above.region is null then 0 else 1 end' if grain_above else '0' }} as is_hidden_longer
    from known_regions as known
    inner join known_periods as known_periods on known.origin = known_periods.origin
    inner join periods on known_periods.period = periods.period
    left join cells as cells
        on known.origin = cells.origin and known.region = cells.region and periods.period = cells.period
    left join few_wholes as wholes
        on known.origin = wholes.origin and known.region = wholes.region and periods.period = wholes.period
    {%- if has_region_above %}
    left join hidden_{{ depth - 1 }}_{{ grain }} as region_above
        on known.origin = region_above.origin and known.parent_region = region_above.region and periods.period = region_above.period
    {%- endif %}
    {%- if grain_above %}
    left join hidden_{{ depth }}_{{ grain_above }} as period_above
        on known.origin = period_above.origin and known.region = period_above.region and periods.parent_period = period_above.period
    {%- endif %}
    where known.depth = {{ depth }} and known_periods.period_grain = '{{ grain }}'
),

regions_{{ name }} as (
    {{ lines_of_blocks('grid_' ~ name, 'region', 'greatest(is_small, is_hidden_longer)') }}
),

periods_{{ name }} as (
    {{ lines_of_blocks('grid_' ~ name, 'period', 'greatest(is_small, is_hidden_above)') }}
),

hidden_{{ name }} as (
    select grid.origin, grid.region, grid.period, grid.is_few, grid.has_values
    from grid_{{ name }} as grid
    inner join regions_{{ name }} as regions
        on grid.origin = regions.origin
        and grid.parent_region = regions.parent_region
        and grid.parent_period = regions.parent_period
        and grid.region = regions.region
    inner join periods_{{ name }} as periods
        on grid.origin = periods.origin
        and grid.parent_region = periods.parent_region
        and grid.parent_period = periods.parent_period
        and grid.period = periods.period
    where greatest(regions.is_block, periods.is_block) = 1
        and (
            regions.is_marked = 1
            -- A period that is the only one of a longer one is that one: what is shown there is shown here.
            or {{ 'regions.crossing > 1 and' if grain_above }} (regions.place <= 2 or regions.size > 0 and regions.size_before < {{ 2 * limit }})
        )
        and (
            periods.is_marked = 1
            or {{ 'periods.crossing > 1 and' if has_region_above }} (periods.place <= 2 or periods.size > 0 and periods.size_before < {{ 2 * limit }})
        )
)
{%- endmacro %}

{#-
    The lines of blocks in one direction (regions or periods): whether one of a line's cells is marked, the line's size, how many lines cross it, its
    place among those to be hidden first, and what those before it hold together.
-#}
{% macro lines_of_blocks(grid, line, mark) -%}
{%- set order = 'partition by origin, parent_region, parent_period order by is_marked desc, is_empty, size, ' ~ line -%}
select
        *,
        max(is_marked) over (partition by origin, parent_region, parent_period) as is_block,
        row_number() over ({{ order }}) as place,
        coalesce(sum(size) over ({{ order }} rows between unbounded preceding and 1 preceding), 0) as size_before
    from (
        select
            origin,
            parent_region,
            parent_period,
            {{ line }},
            max({{ mark }}) as is_marked,
            sum(size) as size,
            case when sum(size) = 0 then 1 else 0 end as is_empty,
            count(*) as crossing
        from {{ grid }}
        group by origin, parent_region, parent_period, {{ line }}
    ) as lines
{%- endmacro %}

{#-
    The rule of a fact, as its YAML has it, checked: `limit`, the depth of regions from which on it holds (0 the nation, 2 below the province), whether
    a row is one of those counted, and what is counted in both languages. None where nothing of the fact is hidden.
-#}
{% macro small_counts_of(fact) %}
    {%- set found = fact_nodes() | selectattr('name', 'equalto', fact) | list -%}
    {%- if not found -%}
        {{ return({'limit': 5, 'first_depth': 0, 'rows': true, 'noun': {'zh': '', 'en': ''}}) }}
    {%- endif -%}
    {{ return(checked_small_counts(found[0])) }}
{% endmacro %}

{% macro checked_small_counts(node) %}
    {%- set rule = node.config.meta.get('small_counts') -%}
    {%- if rule is none -%}{{ return(none) }}{%- endif -%}
    {%- set where = (node.patch_path or node.original_file_path).split('://')[-1] ~ ': small_counts: ' -%}
    {%- if rule is not mapping -%}
        {%- do exceptions.raise_compiler_error(where ~ 'needs limit and noun') -%}
    {%- endif -%}
    {%- for key in rule if key not in ['limit', 'below', 'rows', 'noun'] -%}
        {%- do exceptions.raise_compiler_error(where ~ 'unknown key "' ~ key ~ '"; known keys: limit, below, rows, noun') -%}
    {%- endfor -%}
    {%- if rule.get('limit') is not integer or rule.limit < 2 -%}
        {%- do exceptions.raise_compiler_error(where ~ 'limit is "' ~ rule.get('limit') ~ '"; it is a whole number from 2 on') -%}
    {%- endif -%}
    {%- set depths = {'everything': 0, 'nation': 1, 'province': 2, 'prefecture': 3} -%}
    {%- if rule.get('below', 'everything') not in depths -%}
        {%- do exceptions.raise_compiler_error(where ~ 'below is "' ~ rule.below ~ '"; it may be nation, province, prefecture') -%}
    {%- endif -%}
    {%- if rule.get('rows', true) is not boolean -%}
        {%- do exceptions.raise_compiler_error(where ~ 'rows is "' ~ rule.rows ~ '"; it may be true, false') -%}
    {%- endif -%}
    {%- if rule.get('noun') is not mapping or not rule.noun.get('zh') or not rule.noun.get('en') -%}
        {%- do exceptions.raise_compiler_error(where ~ 'noun needs zh and en') -%}
    {%- endif -%}
    {{ return({
        'limit': rule.limit,
        'first_depth': depths[rule.get('below', 'everything')],
        'rows': rule.get('rows', true),
        'noun': rule.noun,
    }) }}
{% endmacro %}

{#-
    The columns of a fact's KPIs that count persons or cases, each once: {kpi, column, by_category}. Money, days and what other facts or
    references give say how few there are only beside these counts.
-#}
{% macro counts_of(fact, with_rows) %}
    {%- set counts, seen = [], [] -%}
    {%- for kpi in kpi_definitions(fact=fact) -%}
        {%- for measure in kpi.measures if measure.expression and measure.fact == fact -%}
            {%- set is_numerator = measure.role == 'numerator' -%}
            {%- set key = [measure.expression, measure.basis, measure.date, measure['from'], measure.to, measure.category] | join('|') -%}
            {%- if (kpi.unit in ['count', 'percent'] or not is_numerator and kpi.measures[0].expression) and key not in seen
                and not measure.over -%}
                {%- do seen.append(key) -%}
                {%- do counts.append({'kpi': kpi.name, 'column': measure.role, 'by_category': kpi.get('category') is not none}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set counted = kpi.measures[1] if kpi.measures | length > 1 and kpi.measures[1].expression and kpi.measures[1].fact == fact
            and not kpi.measures[1].over else kpi.measures[0] -%}
        {%- set condition = filter_of(counted.expression) -%}
        {%- set key = ['count(*)' ~ (' filter (where ' ~ condition ~ ')' if condition != 'true' else ''),
            counted.basis, counted.date, counted['from'], counted.to, counted.category] | join('|') -%}
        {%- if with_rows and key not in seen -%}
            {%- do seen.append(key) -%}
            {%- do counts.append({'kpi': kpi.name, 'column': 'rows', 'by_category': kpi.get('category') is not none}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(counts) }}
{% endmacro %}

{#-
    The values of a fact's KPIs and whether they may be shown. A hidden cell has a row for each KPI, without numbers where it has no value: which
    KPIs have none, and which regions reported nothing, would tell who has something.
-#}
{% macro values_with_hidden(relation, cells, fact) %}
select
    counts.* except (is_hidden, hidden_reason),
    cells.region is not null as is_hidden,
    cells.reason as hidden_reason
from {{ relation }} as counts
left join {{ cells }} as cells
    on counts.origin = cells.origin and counts.region = cells.region and counts.period = cells.period
union all
select
    kpis.kpi,
    kpis.programme,
    cells.region,
    cells.period,
    periods.period_grain,
    cells.origin,
    cast(null as {{ text_type() }}) as category,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    cast(null as double) as value,
    cast(null as double) as value_upper,
    '' as qualifier,
    kpis.unit,
    cast(null as double) as target,
    cast(null as double) as target_upper,
    'no_data' as status,
    cast(null as bigint) as rows,
    cast(null as date) as as_of,
    cast(null as integer) as provinces_reported,
    false as is_backfilled,
    cast(null as integer) as reported_units,
    cast(null as integer) as due_units,
    cast(null as {{ text_type() }}) as reported_from,
    cast(null as {{ text_type() }}) as reported_to,
    true as is_hidden,
    cells.reason as hidden_reason
from {{ cells }} as cells
inner join {{ ref('dim_period') }} as periods on cells.period = periods.period
inner join {{ ref('dim_kpi') }} as kpis on kpis.fact_model = '{{ fact }}' and not kpis.is_category_only
left join {{ relation }} as counts
    on cells.origin = counts.origin
    and cells.region = counts.region
    and cells.period = counts.period
    and kpis.kpi = counts.kpi
    and counts.category is null
where counts.kpi is null
{%- endmacro %}
