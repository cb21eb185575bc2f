with reviews as (
    {{ latest_state(ref('stg_women_innovation_studios__reviews'), ['studio_id', 'review_year']) }}
),

studios as (
    select distinct origin, studio_id from {{ ref('stg_women_innovation_studios__studios') }}
),

judged as (
    select
        reviews.*,
        studios.studio_id is null as is_orphan,
        reviews.review_result in ('复核通过', '整改', '不通过') as is_reviewed,
        reviews.review_result = '复核通过' as is_passed,
        -- The rule of 50 000 yuan a year for a studio named or passed began in 2022; before it nothing is known to be due.
        case
            when reviews.review_year < 2022 then null
            when reviews.review_result in ('新命名', '复核通过') then 50000
            else 0
        end as funding_due_yuan
    from reviews
    left join studios on reviews.origin = studios.origin and reviews.studio_id = studios.studio_id
)

select * from judged
