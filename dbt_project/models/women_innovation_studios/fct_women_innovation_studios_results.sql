with results as (
    {{ latest_state(ref('stg_women_innovation_studios__results'), ['studio_id', 'result_period', 'benefit_type']) }}
),

studios as (
    select distinct origin, studio_id from {{ ref('stg_women_innovation_studios__studios') }}
),

judged as (
    select
        results.*,
        studios.studio_id is null as is_orphan
    from results
    left join studios on results.origin = studios.origin and results.studio_id = studios.studio_id
)

select * from judged
