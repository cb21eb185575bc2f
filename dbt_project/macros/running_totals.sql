{#-
    When each reported amount counts, where offices report 本期 (what happened in the month) and 累计 (all so far) as they like.

    A 累计 row takes the place of what its series had before: those rows count until its month, it counts from then on. So a month has what the
    running total grew by, and a quarter that holds both has the new total whole, with its own sign (rulings 39). A 累计 row lower than what
    was known is not counted (is_fallen) and stands in the cross-checks, unless `resets` and a new year has begun: then it begins anew.

    Adds counted_from, counted_to (first days of months; null where it does not count, or still does), is_fallen and total_before.
-#}
{% macro running_totals(relation, series, amount, resets=false) -%}
    with runs as (
        select
            *,
            coalesce(data_basis <> '本期' and {{ amount }} is not null, false) as is_total,
            sum(case when data_basis <> '本期' and {{ amount }} is not null then 1 else 0 end) over (
                partition by {{ series }} order by report_period rows between unbounded preceding and current row
            ) as run_number
        from {{ relation }}
    ),

    levels as (
        select
            *,
            sum({{ amount }}) over (
                partition by {{ series }}, run_number order by report_period rows between unbounded preceding and current row
            ) as level_so_far
        from runs
    ),

    begun as (
        select
            *,
            sum(case when begins_anew then 1 else 0 end) over (
                partition by {{ series }} order by report_period rows between unbounded preceding and current row
            ) as beginning
        from (
            select
                *,
                {% if resets -%}
                coalesce(
                    is_total
                    and {{ amount }} < lag(level_so_far) over (partition by {{ series }} order by report_period)
                    and substring(report_period, 1, 4) > substring(lag(report_period) over (partition by {{ series }} order by report_period), 1, 4),
                    false
                ) as begins_anew
                {%- else -%}
                false as begins_anew
                {%- endif %}
            from levels
        ) as looked_at
    ),

    compared as (
        select
            *,
            max(level_so_far) over (
                partition by {{ series }}, beginning order by report_period rows between unbounded preceding and 1 preceding
            ) as total_before,
            lag(report_period) over (partition by {{ series }}, beginning order by report_period) as period_before
        from begun
    ),

    told as (
        select
            *,
            is_total and coalesce({{ amount }} < total_before, false) as is_fallen
        from compared
    )

    select
        * except (is_total, run_number, level_so_far, begins_anew, beginning),
        case when not is_fallen then cast(report_period || '-01' as date) end as counted_from,
        min(case when is_total and not is_fallen then cast(report_period || '-01' as date) end) over (
            partition by {{ series }}, beginning order by report_period rows between 1 following and unbounded following
        ) as counted_to
    from told
{%- endmacro %}

{#- Cross-checks of running totals that fell, from a fact made by running_totals; `subject_zh` and `subject_en` say whose it is. -#}
{% macro fallen_totals(programme, relation, amount, subject_zh, subject_en) -%}
    select
        '{{ programme }}' as programme,
        'cumulative_falls' as rule,
        'error' as severity,
        origin,
        region_code as region,
        report_period as period,
        report_period as left_label_zh,
        {{ written_number(amount) }} as left_value,
        coalesce(period_before, '') as right_label_zh,
        {{ written_number('total_before') }} as right_value,
        {{ subject_zh }} || '（累计）从 ' || {{ written_number('total_before') }} || ' 减到 ' || report_period || ' 的 '
            || {{ written_number(amount) }} || '，这一行没有计入。' as sentence_zh,
        {{ subject_en }} || ' (running total) fell from ' || {{ written_number('total_before') }} || ' to ' || {{ written_number(amount) }}
            || ' in ' || report_period || '; this row is not counted.' as sentence_en,
        file_name,
        row_number,
        cast(1 as bigint) as row_count
    from {{ relation }}
    where is_fallen and not is_orphan
{%- endmacro %}
