{#-
    CTEs that end in kpi_values: the values of `relation` with their target and status, in the columns outside readers rely on.

    Of several targets the nearest counts: the region's own before one set for all within a region above. A target without dates holds for
    any period of a stock, ratio or running sum, but only for the whole time ('all') of a flow.
    Status: met; on_track when a milestone's date is still to come and the value has kept an even pace, or no date is set; behind otherwise.
-#}
{% macro with_targets(relation, programme=none) -%}
-- What holds in a region: few targets reach few regions, so they are placed before the many values are joined to them.
targets_of_regions as (
    select
        targets.kpi,
        ancestors.region_code as target_region,
        ancestors.distance,
        targets.target,
        targets.target_upper,
        targets.pace,
        targets.period_start as target_start,
        targets.period_end as target_end,
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

target_candidates as (
    select
        {{ relation }}.kpi,
        {{ relation }}.region,
        {{ relation }}.period,
        {{ relation }}.origin,
        {{ relation }}.category,
        targets.target,
        targets.target_upper,
        targets.pace,
        targets.target_start,
        targets.target_end,
        row_number() over (
            partition by {{ relation }}.kpi, {{ relation }}.region, {{ relation }}.period, {{ relation }}.origin, {{ relation }}.category
            order by targets.distance, targets.target_end nulls last, targets.target
        ) as nearness
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
        target_candidates.target,
        target_candidates.target_upper,
        case
            when {{ relation }}.value is null then 'no_data'
            when target_candidates.target is null then 'no_target'
            when kpis.direction = 'lower' and {{ relation }}.value <= target_candidates.target then 'met'
            when kpis.direction = 'range'
                and {{ relation }}.value between target_candidates.target and target_candidates.target_upper then 'met'
            when kpis.direction not in ('lower', 'range') and {{ relation }}.value >= target_candidates.target then 'met'
            when target_candidates.pace = 'milestone' and target_candidates.target_end is null then 'on_track'
            when target_candidates.pace = 'milestone' and kpis.direction not in ('lower', 'range')
                and {{ relation }}.value >= target_candidates.target
                    * {{ months_between('target_candidates.target_start', add_months(month_of(relation ~ '.as_of'), 1)) }}
                    / {{ months_between('target_candidates.target_start', add_months(month_of('target_candidates.target_end'), 1)) }}
                then 'on_track'
            else 'behind'
        end as status,
        {{ relation }}.row_count as rows,
        {{ relation }}.as_of,
        {{ relation }}.provinces_reported
    from {{ relation }}
    inner join {{ ref('dim_kpi') }} as kpis on {{ relation }}.kpi = kpis.kpi
    left join target_candidates
        on {{ relation }}.kpi = target_candidates.kpi
        and {{ relation }}.region = target_candidates.region
        and {{ relation }}.period = target_candidates.period
        and {{ relation }}.origin = target_candidates.origin
        and {{ relation }}.category is not distinct from target_candidates.category
        and target_candidates.nearness = 1
)
{%- endmacro %}
