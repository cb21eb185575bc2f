{{ narrow_by_record(ref('stg_women_innovation_studios__studios'), ['studio_id']) }}
with studios as (
    {{ register_states(ref('stg_women_innovation_studios__studios'), ['studio_id'], 'studio_key') }}
),

judged as (
    select
        studios.*,
        false as is_orphan,
        studios.has_leader and studios.has_team and studios.has_platform
            and studios.has_projects_rules and studios.has_results as has_all_five,
        studios.level in ('全国', '省级') as is_provincial,
        studios.level in ('地市级', '省级产业(系统)') as is_municipal
    from studios
)

select * from judged
