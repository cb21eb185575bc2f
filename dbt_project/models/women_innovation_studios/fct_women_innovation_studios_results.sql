{{ narrow_by_record(ref('stg_women_innovation_studios__results'), ['studio_id']) }}
with reported as (
    {{ latest_state(
        ref('stg_women_innovation_studios__results'), ['studio_id', 'result_period', 'benefit_type'], 'result_key'
    ) }}
),

results as (
    {{ under_parent(
        'reported', ref('fct_women_innovation_studios_studios'), ['studio_id'], 'studio_key',
        "cast(children.report_period || '-01' as date)"
    ) }}
)

select * from results
