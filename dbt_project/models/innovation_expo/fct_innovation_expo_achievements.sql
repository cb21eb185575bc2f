{{ narrow_by_record(ref('stg_innovation_expo__achievements'), ['achievement_id']) }}
-- Offices write the same hall as 3 and as 3号.
with numbered as (
    select
        *,
        replace(hall_no, '号', '') as hall_number
    from {{ ref('stg_innovation_expo__achievements') }}
),

reported as (
    {{ register_states('numbered', ['achievement_id'], 'achievement_key') }}
),

achievements as (
    {{ under_parent('reported', ref('fct_innovation_expo_halls'), ['hall_number'], 'hall_key', 'children.valid_from') }}
),

judged as (
    select
        *,
        patent_status = '已授权' as is_granted,
        patent_status in ('已申报', '已授权') as is_patent_filed
    from achievements
)

select * from judged
