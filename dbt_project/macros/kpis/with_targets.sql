{#-
    CTEs that end in kpi_values: the values of `relation` with their target and status, in the columns outside readers rely on.

    Of several targets the nearest counts: the region's own before one set for all within a region above. A target without dates holds for
    any period of a stock, ratio or running sum, but only for the whole time ('all') of a flow.
    Status: met; on_track when a milestone's date is still to come and the value has kept an even pace from the baseline to it (rulings 40), or no date
    is set; behind otherwise. A lower bound is judged as it stands.
-#}
{% macro with_targets(relation, programme=none) -%}
-- What holds in a region: few targets reach few regions, so they are placed before the many values are joined to them.
targets_of_regions as (
    select
        targets.kpi,
        ancestors.region_code as target_region,
        row_number() over (
            partition by targets.kpi, ancestors.region_code
            order by ancestors.distance, targets.period_end nulls last, targets.target
        ) as nearness,
        targets.target,
        targets.target_upper,
        targets.pace,
        targets.period_start as target_start,
        targets.period_end as target_end,
        targets.baseline,
        targets.baseline_date,
        kpis.is_ratio or kpis.basis <> 'period' as holds_in_any_period
    from {{ ref('fct_kpi_targets') }} as targets
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on targets.region_code = ancestors.ancestor_code
        and (targets.scope = 'within' or ancestors.distance = 0)
    inner join {{ ref('dim_kpi') }} as kpis on targets.kpi = kpis.kpi
    {%- if programme %}
    where kpis.programme = '{{ programme }}'
    {%- endif %}
),

nearest_targets as (
    select
        {{ relation }}.kpi,
        {{ relation }}.region,
        {{ relation }}.period,
        {{ relation }}.origin,
        {{ relation }}.category,
        min(targets.nearness) as nearness
    from {{ relation }}
    inner join targets_of_regions as targets
        on {{ relation }}.kpi = targets.kpi
        and {{ relation }}.region = targets.target_region
    where case
        when targets.target_start is not null
            then {{ relation }}.period_grain <> 'all'
                and {{ relation }}.period_end between targets.target_start and targets.target_end
        else {{ relation }}.period_grain = 'all' or targets.holds_in_any_period
    end
    group by {{ relation }}.kpi, {{ relation }}.region, {{ relation }}.period, {{ relation }}.origin, {{ relation }}.category
),

-- Where no baseline is given a target's line starts at the first value after anything was reported; what was reported later counts back to it.
first_values as (
    select
        kpi,
        region,
        origin,
        min_by(value, period_end) as baseline,
        min(period_end) as baseline_date
    from {{ relation }}
    where value is not null and category is null and is_reported_by_then and period_grain not in ('all', 'span')
    group by kpi, region, origin
),

kpi_values as (
    select
        {{ relation }}.kpi,
        {{ relation }}.programme,
        {{ relation }}.region,
        {{ relation }}.period,
        {{ relation }}.period_grain,
        {{ relation }}.origin,
        {{ relation }}.category,
        cast({{ relation }}.numerator as double) as numerator,
        cast({{ relation }}.denominator as double) as denominator,
        round(cast({{ relation }}.value as double), 9) as value,
        cast({{ relation }}.value_upper as double) as value_upper,
        {{ relation }}.qualifier,
        kpis.unit,
        targets.target,
        targets.target_upper,
        case
            when {{ relation }}.value is null then 'no_data'
            when targets.target is null then 'no_target'
            when kpis.direction = 'lower' and {{ relation }}.value <= targets.target then 'met'
            when kpis.direction = 'range'
                and {{ relation }}.value between targets.target and targets.target_upper then 'met'
            when kpis.direction not in ('lower', 'range') and {{ relation }}.value >= targets.target then 'met'
            when targets.pace = 'milestone' and targets.target_end is null then 'on_track'
            when targets.pace = 'milestone' and kpis.direction not in ('lower', 'range')
                and {{ relation }}.value >= {{ on_pace(relation) }}
                then 'on_track'
            else 'behind'
        end as status,
        {{ relation }}.row_count as rows,
        {{ relation }}.as_of,
        {{ relation }}.provinces_reported,
        {{ relation }}.is_backfilled,
        {{ relation }}.reported_units,
        {{ relation }}.due_units,
        {{ relation }}.reported_from,
        {{ relation }}.reported_to,
        -- Said by the programme's own view where a fact hides small counts (hidden_cells.sql).
        false as is_hidden,
        cast(null as {{ text_type() }}) as hidden_reason
    from {{ relation }}
    inner join {{ ref('dim_kpi') }} as kpis on {{ relation }}.kpi = kpis.kpi
    left join nearest_targets
        on {{ relation }}.kpi = nearest_targets.kpi
        and {{ relation }}.region = nearest_targets.region
        and {{ relation }}.period = nearest_targets.period
        and {{ relation }}.origin = nearest_targets.origin
        and {{ relation }}.category is not distinct from nearest_targets.category
    left join targets_of_regions as targets
        on nearest_targets.kpi = targets.kpi
        and nearest_targets.region = targets.target_region
        and nearest_targets.nearness = targets.nearness
    left join first_values
        on {{ relation }}.kpi = first_values.kpi
        and {{ relation }}.region = first_values.region
        and {{ relation }}.origin = first_values.origin
)
{%- endmacro %}

{#- What an even pace from the baseline (its date's end) to the target (the end of its last month) would have reached by a value's month. -#}
{% macro on_pace(relation) -%}
    {%- set baseline = 'coalesce(targets.baseline, first_values.baseline, 0)' -%}
    {%- set start = month_of(add_days('coalesce(targets.baseline_date, first_values.baseline_date, targets.target_start)', 1)) -%}
    {{ baseline }} + (targets.target - {{ baseline }})
                    * greatest({{ months_between(start, add_months(month_of(relation ~ '.as_of'), 1)) }}, 0)
                    / nullif({{ months_between(start, add_months(month_of('targets.target_end'), 1)) }}, 0)
{%- endmacro %}
