with reported as (
    select
        *,
        replace(hall_no, '号', '') as hall_key,
        min(cast(report_period || '-01' as date)) over (partition by origin, achievement_id) as first_reported_on
    from {{ ref('stg_innovation_expo__achievements') }}
),

achievements as (
    {{ latest_state('reported', ['achievement_id']) }}
),

-- Every province numbers its halls from 1.
halls as (
    select distinct origin, province_code, hall_key from {{ ref('fct_innovation_expo_halls') }}
),

judged as (
    select
        achievements.*,
        halls.hall_key is null as is_orphan,
        achievements.patent_status = '已授权' as is_granted,
        achievements.patent_status in ('已申报', '已授权') as is_patent_filed
    from achievements
    left join halls
        on achievements.origin = halls.origin
        and achievements.province_code = halls.province_code
        and achievements.hall_key = halls.hall_key
)

select * from judged
