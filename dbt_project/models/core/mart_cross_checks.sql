{%- set relations = cross_checks_of_all_programmes() -%}
with months as (
    select
        values_.*,
        kpis.label_zh,
        kpis.label_en,
        kpis.is_ratio,
        kpis.basis,
        kpis.unit_zh,
        regions.region_name,
        regions.name_en,
        periods.period_start
    from {{ ref('mart_kpi_values') }} as values_
    inner join {{ ref('dim_kpi') }} as kpis on values_.kpi = kpis.kpi
    inner join {{ ref('dim_region') }} as regions on values_.region = regions.region_code
    inner join {{ ref('dim_period') }} as periods on values_.period = periods.period
    where values_.period_grain = 'month'
        and values_.origin <> 'published'
        and values_.category is null
        -- What pages do not show is not told in a sentence either.
        and not values_.is_hidden
        -- What pages do not show is not told in a sentence either.
        and not values_.is_hidden
        and not kpis.is_ratio
        and kpis.unit in ('count', 'yuan', 'hours')
        and regions.region_level in ('nation', 'province')
),

-- Only months that follow each other are compared.
followed as (
    select
        months.*,
        earlier.value as value_before,
        earlier.rows as rows_before,
        earlier.period as period_before
    from months
    inner join months as earlier
        on months.kpi = earlier.kpi
        and months.region = earlier.region
        and months.origin = earlier.origin
        and earlier.period_start = {{ add_months('months.period_start', -1) }}
),

pairs as (
    select
        *,
        {{ written_number('value') }} as value_text,
        {{ written_number('value_before') }} as value_before_text
    from followed
),

-- With few rows a month ten times the last is ordinary, so the larger month has thirty at least.
jumps as (
    select
        programme,
        'ten_times_last_month' as rule,
        'warning' as severity,
        origin,
        region,
        period,
        period || ' ' || label_zh as left_label_zh,
        value_text as left_value,
        period_before || ' ' || label_zh as right_label_zh,
        value_before_text as right_value,
        region_name || ' ' || label_zh || '：' || period || ' 为 ' || value_text || coalesce(unit_zh, '') || '，'
            || case when value > value_before then '是上月的十倍以上' else '不到上月的十分之一' end
            || '（' || period_before || ' 为 ' || value_before_text || '）。' as sentence_zh,
        name_en || ', ' || label_en || ': ' || value_text || ' in ' || period || ', '
            || case when value > value_before then 'ten times' else 'a tenth of' end
            || ' the month before (' || value_before_text || ').' as sentence_en,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        rows as row_count
    from pairs
    where basis = 'period'
        and value_before > 0
        and value > 0
        and (
            (value >= 10 * value_before and rows >= 30)
            or (value * 10 <= value_before and rows_before >= 30)
        )
),

falls as (
    select
        programme,
        'cumulative_falls' as rule,
        'error' as severity,
        origin,
        region,
        period,
        period || ' ' || label_zh as left_label_zh,
        value_text as left_value,
        period_before || ' ' || label_zh as right_label_zh,
        value_before_text as right_value,
        region_name || ' ' || label_zh || '（累计）从 ' || period_before || ' 的 ' || value_before_text || ' 减到 ' || period || ' 的 '
            || value_text || '。' as sentence_zh,
        name_en || ', ' || label_en || ' (cumulative) fell from ' || value_before_text || ' (' || period_before || ') to '
            || value_text || ' (' || period || ').' as sentence_en,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        rows as row_count
    from pairs
    where value < value_before
        and (
            basis = 'cumulative'
            or (basis = 'year_to_date' and substring(period, 1, 4) = substring(period_before, 1, 4))
        )
),

-- A published figure stands in several periods; it is compared once, in the shortest in which records were submitted too.
beside_published as (
    select
        submitted.*,
        published.value as published_value,
        published.value_upper as published_upper,
        published.qualifier as published_sign,
        kpis.label_zh,
        kpis.label_en,
        kpis.unit as kpi_unit,
        kpis.basis,
        kpis.is_ratio,
        regions.region_name,
        regions.name_en
    from {{ ref('mart_kpi_values') }} as published
    inner join {{ ref('mart_kpi_values') }} as submitted
        on published.kpi = submitted.kpi
        and published.region = submitted.region
        and published.period = submitted.period
        and submitted.origin = 'submitted'
        and submitted.category is null
    inner join {{ ref('dim_kpi') }} as kpis on submitted.kpi = kpis.kpi
    inner join {{ ref('dim_region') }} as regions on submitted.region = regions.region_code
    where published.origin = 'published'
        and published.value is not null
        and submitted.value is not null
        and not submitted.is_hidden
        and not submitted.is_hidden
    qualify row_number() over (
        partition by submitted.kpi, submitted.region
        order by case submitted.period_grain when 'month' then 1 when 'quarter' then 2 when 'year' then 3 else 4 end, submitted.period
    ) = 1
),

-- A figure told as about so many may be a tenth off; an exact one may be rounded. What has happened since the beginning is more than
-- what the records tell when they begin later: fewer of it contradict nothing.
contradicted as (
    select
        *,
        {{ written_number('value', 'kpi_unit') }} as value_text,
        trim(published_sign || ' ' || {{ written_number('published_value', 'kpi_unit') }}) as published_text
    from beside_published
    where case
        when published_sign = '≥' then value < published_value
        when published_sign = '≤' then value > published_value
        when published_sign = '≈' then abs(value - published_value) > 0.1 * abs(published_value)
        when published_upper is not null then value < published_value or value > published_upper
        else abs(value - published_value) > 0.005 * abs(published_value)
    end
    and not (basis = 'period' and not is_ratio and period = 'all' and value < published_value)
),

contradictions as (
    select
        programme,
        'published_contradicted' as rule,
        'warning' as severity,
        origin,
        region,
        period,
        '报送记录' as left_label_zh,
        value_text as left_value,
        '公开数字' as right_label_zh,
        published_text as right_value,
        region_name || ' ' || label_zh || '：公开数字是 ' || published_text || '，报送记录算出 ' || value_text || '，两者对不上。' as sentence_zh,
        name_en || ', ' || label_en || ': published ' || published_text || ', but the submitted records give ' || value_text || '.'
            as sentence_en,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        rows as row_count
    from contradicted
),

-- One record, two offices: counted once, as the newer report says, and both files are named.
claims as (
    select
        programme,
        'two_units_one_record' as rule,
        'warning' as severity,
        origin,
        region_code as region,
        report_period as period,
        counted_unit as left_label_zh,
        counted_file || ' ' || cast(counted_row as {{ text_type() }}) as left_value,
        other_unit as right_label_zh,
        other_file || ' ' || cast(other_row as {{ text_type() }}) as right_value,
        table_name_zh || ' ' || record || '：' || counted_unit || '（' || counted_file || ' 第' || cast(counted_row as {{ text_type() }}) || '行）和 '
            || other_unit || '（' || other_file || ' 第' || cast(other_row as {{ text_type() }}) || '行）都报了这一条，只计一次，以较新的为准。' as sentence_zh,
        'Record ' || record || ' of ' || table_name || ' was handed in by ' || counted_unit || ' (' || counted_file || ', line '
            || cast(counted_row as {{ text_type() }}) || ') and by ' || other_unit || ' (' || other_file || ', line '
            || cast(other_row as {{ text_type() }}) || '); it counts once, as the newer report says.' as sentence_en,
        counted_file as file_name,
        counted_row as row_number,
        cast(1 as bigint) as row_count
    from {{ ref('mart_record_claims') }}
),

checks as (
    select {{ cross_check_columns() }} from jumps
    union all
    select {{ cross_check_columns() }} from falls
    union all
    select {{ cross_check_columns() }} from contradictions
    union all
    select {{ cross_check_columns() }} from claims
    {%- for relation in relations %}
    union all
    select {{ cross_check_columns() }} from {{ relation }}
    {%- endfor %}
)

select * from checks
