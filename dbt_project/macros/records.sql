{#-
    Which rows speak of one record, and what a record was when (docs/decisions/0017-records-and-their-states.md).

    A record is its origin, the region of the 填报单位 that hands it in (its owner) and the key the office gave it: two offices may both
    have an HD1. `name` is the column that says so in one word, such as team_key; other facts refer to a record by it.
-#}

{#-
    Of each event its latest state: the highest 统计期, then the later submission, then the lower line.

    Adds reported_region_code (the region the row itself names) and is_claimed_twice: more than one 填报单位 has handed the record in (see
    mart_record_claims).
-#}
{% macro latest_state(relation, key, name='record_key', date=none, owned=true) %}
    select
        *,
        region_code as reported_region_code,
        min(reporting_unit) over (partition by {{ name }}) <> max(reporting_unit) over (partition by {{ name }}) as is_claimed_twice
    from ({{ identified(relation, key, name, date, owned) }}) as identified
    qualify row_number() over (
        partition by {{ name }}
        order by report_period desc, submission_order desc, row_number desc
    ) = 1
{% endmacro %}

{#-
    The states of a register or snapshot: one row per record and 统计期 that reported it (the later submission, then the lower line, counts).

    Adds valid_from (first day of that month), valid_to (that of the next state, null for the newest), is_first_state (which stands for the
    time before it too, as 回填), first_reported_on, reported_region_code and is_claimed_twice. See state_at.
-#}
{% macro register_states(relation, key, name='record_key', owned=true) %}
    select
        * except (first_unit, last_unit),
        region_code as reported_region_code,
        cast(report_period || '-01' as date) as valid_from,
        lead(cast(report_period || '-01' as date)) over (partition by {{ name }} order by report_period) as valid_to,
        row_number() over (partition by {{ name }} order by report_period) = 1 as is_first_state,
        min(cast(report_period || '-01' as date)) over (partition by {{ name }}) as first_reported_on,
        min(first_unit) over (partition by {{ name }}) <> max(last_unit) over (partition by {{ name }}) as is_claimed_twice
    from (
        select
            *,
            min(reporting_unit) over (partition by {{ name }}, report_period) as first_unit,
            max(reporting_unit) over (partition by {{ name }}, report_period) as last_unit
        from ({{ identified(relation, key, name, none, owned) }}) as identified
        qualify row_number() over (
            partition by {{ name }}, report_period
            order by submission_order desc, row_number desc
        ) = 1
    ) as reported
{% endmacro %}

{#- Whether a state is the one that was true in a month (any day of it): the newest reported by then, else the first one reported. -#}
{% macro state_at(states, month) -%}
    ({{ states }}.is_first_state or {{ states }}.valid_from <= {{ month }})
    and ({{ states }}.valid_to is null or {{ states }}.valid_to > {{ month }})
{%- endmacro %}

{#-
    All rows with the owner and the name of their record.

    Offices of one area, one inside the other (a province and its city), may send the same record: they do where the wider office's row lies in
    the narrower one's area or names no place of its own, and `date`, where there is one, agrees. Such a record belongs to the narrower office.
    `owned` is false where the key itself names the region or the 填报单位.
-#}
{% macro identified(relation, key, name, date=none, owned=true) -%}
    {%- if not owned %}
    select
        *,
        unit_region_code as owner_region_code,
        concat_ws('/', origin, {{ key | join(', ') }}) as {{ name }}
    from {{ relation }}
    {%- else %}
    select
        given.*,
        coalesce(claims.owner_region_code, given.unit_region_code) as owner_region_code,
        concat_ws('/', given.origin, coalesce(claims.owner_region_code, given.unit_region_code)
        {%- for column in key %}, given.{{ column }}{% endfor %}) as {{ name }}
    from {{ relation }} as given
    left join ({{ claims_of_two(relation, key, date) }}) as claims
        on given.origin = claims.origin and given.unit_region_code = claims.unit_region_code
        {%- for column in key %} and given.{{ column }} = claims.{{ column }}{% endfor %}
    {%- endif %}
{%- endmacro %}

{#- Records that a wider and a narrower office both hand in: the wider office, and the narrower one that owns the record. -#}
{% macro claims_of_two(relation, key, date=none) -%}
    with keys_of_several as (
        select origin, {{ key | join(', ') }}
        from {{ relation }}
        group by origin, {{ key | join(', ') }}
        having min(unit_region_code) <> max(unit_region_code)
    ),

    claimed as (
        select distinct
            rows_.origin,
            rows_.unit_region_code,
            rows_.region_code
            {%- for column in key %}, rows_.{{ column }}{% endfor %}
            {%- if date and date not in key %}, rows_.{{ date }}{% endif %}
        from {{ relation }} as rows_
        inner join keys_of_several
            on rows_.origin = keys_of_several.origin
            {%- for column in key %} and rows_.{{ column }} = keys_of_several.{{ column }}{% endfor %}
    )

    select
        wider.origin,
        wider.unit_region_code,
        {%- for column in key %}
        wider.{{ column }},
        {%- endfor %}
        -- Of several the narrowest: its code has the most digits.
        max(narrower.unit_region_code) as owner_region_code
    from claimed as wider
    inner join claimed as narrower
        on wider.origin = narrower.origin
        {%- for column in key %} and wider.{{ column }} = narrower.{{ column }}{% endfor %}
        and wider.unit_region_code <> narrower.unit_region_code
        and {{ contains_region('wider.unit_region_code', 'narrower.unit_region_code') }}
        and (
            wider.region_code = wider.unit_region_code
            or {{ contains_region('narrower.unit_region_code', 'wider.region_code') }}
        )
        {%- if date %}
        and wider.{{ date }} is not distinct from narrower.{{ date }}
        {%- endif %}
    group by wider.origin, wider.unit_region_code{% for column in key %}, wider.{{ column }}{% endfor %}
{%- endmacro %}

{#- Whether one region is or contains another, by the digits of GB/T 2260. -#}
{% macro contains_region(outer_code, inner_code) -%}
    ({{ outer_code }} = {{ inner_code }} or {{ outer_code }} = '000000'
    or ({{ outer_code }} like '%0000' and substring({{ outer_code }}, 1, 2) = substring({{ inner_code }}, 1, 2))
    or ({{ outer_code }} like '%00' and substring({{ outer_code }}, 1, 4) = substring({{ inner_code }}, 1, 4)))
{%- endmacro %}

{#-
    For each combination of (origin, unit_region_code, region_code, key) of `children`, the record of `parents` it means, in the column `name`.

    The office's own record first, then that of the nearest office above it, then of one whose area the row lies in, then of one inside its
    area; never one of another province, unless `anywhere` (the alliance spans three). Rows without one wait for it.
    `key` are the child's columns, `parent_key` the parent's where they are called otherwise.
-#}
{% macro parent_records(children, parents, key, name, parent_key=none, anywhere=false) -%}
    {%- set theirs = parent_key or key %}
    select *
    from (
        select
            pairs.*,
            records.{{ name }},
            row_number() over (
                partition by pairs.origin, pairs.unit_region_code, pairs.region_code
                {%- for column in key %}, pairs.{{ column }}{% endfor %}
                order by
                    case
                        when records.owner_region_code = pairs.unit_region_code then 0
                        when {{ contains_region('records.owner_region_code', 'pairs.unit_region_code') }} then 1
                        when {{ contains_region('records.owner_region_code', 'pairs.region_code') }} then 2
                        else 3
                    end asc,
                    records.owner_region_code desc,
                    records.{{ name }} asc
            ) as nearness
        from (
            select distinct origin, unit_region_code, region_code, {{ key | join(', ') }} from {{ children }}
        ) as pairs
        inner join (
            select distinct origin, owner_region_code, {{ name }}, {{ theirs | join(', ') }} from {{ parents }}
        ) as records
            on pairs.origin = records.origin
            {%- for column in key %}
            and pairs.{{ column }} = records.{{ theirs[loop.index0] }}
            {%- endfor %}
            {%- if not anywhere %}
            and substring(pairs.unit_region_code, 1, 2) = substring(records.owner_region_code, 1, 2)
            {%- endif %}
    ) as candidates
    where nearness = 1
{%- endmacro %}

{#-
    The rows of `children` (with unit_region_code, region_code and `month`, the first day of the month they are about) in the region of their
    parent as it was then; `name` is null where no parent is known yet.

    Adds parent_unit (the 填报单位 of the parent) and is_orphan. `columns` are further columns of the parent.
-#}
{% macro under_parent(children, parents, key, name, month, parent_key=none, anywhere=false, columns=[]) -%}
    select
        children.* except (province_code, region_code),
        coalesce(states.province_code, children.province_code) as province_code,
        coalesce(states.region_code, children.region_code) as region_code,
        found.{{ name }},
        coalesce(states.reporting_unit, children.reporting_unit) as parent_unit,
        {%- for column in columns %}
        states.{{ column }},
        {%- endfor %}
        found.{{ name }} is null as is_orphan
    from {{ children }} as children
    left join ({{ parent_records(children, parents, key, name, parent_key, anywhere) }}) as found
        on children.origin = found.origin
        and children.unit_region_code = found.unit_region_code
        and children.region_code = found.region_code
        {%- for column in key %}
        and children.{{ column }} = found.{{ column }}
        {%- endfor %}
    left join {{ parents }} as states
        on found.{{ name }} = states.{{ name }}
        and {{ state_at('states', month) }}
{%- endmacro %}

{#- From when a state stands: for ever before, if it is the first one reported. -#}
{% macro state_from(states) -%}
    case when {{ states }}.is_first_state then cast('1990-01-01' as date) else {{ states }}.valid_from end
{%- endmacro %}
