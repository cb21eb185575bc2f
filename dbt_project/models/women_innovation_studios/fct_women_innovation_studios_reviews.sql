{{ narrow_by_record(ref('stg_women_innovation_studios__reviews'), ['studio_id']) }}
with reported as (
    {{ latest_state(ref('stg_women_innovation_studios__reviews'), ['studio_id', 'review_year'], 'review_key') }}
),

reviews as (
    {{ under_parent(
        'reported', ref('fct_women_innovation_studios_studios'), ['studio_id'], 'studio_key',
        "cast(children.report_period || '-01' as date)"
    ) }}
),

judged as (
    select
        *,
        review_result in ('复核通过', '整改', '不通过') as is_reviewed,
        review_result = '复核通过' as is_passed,
        -- The rule of 50 000 yuan a year for a studio named or passed began in 2022; before it nothing is known to be due.
        case
            when review_year < 2022 then null
            when review_result in ('新命名', '复核通过') then 50000
            else 0
        end as funding_due_yuan
    from reviews
)

select * from judged
