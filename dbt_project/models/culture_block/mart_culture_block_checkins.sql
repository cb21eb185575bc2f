-- 打卡完成: of those who took part in check-in activities, how many finished the whole trail.
{{ narrow_by_place([ref('fct_culture_block_activities')]) }}
with activities as (
    select * from {{ ref('fct_culture_block_activities') }}
    where not is_orphan and activity_type = '打卡'
),

periods as (
    select period, month_start from {{ ref('bridge_month_period') }}
),

checkins as (
    select
        activities.origin,
        periods.period,
        activities.region_code,
        activities.block_key,
        activities.block_id,
        count(*) as activity_count,
        count(*) filter (where activities.is_counted_checkin) as counted_activities,
        sum(activities.participants) filter (where activities.is_counted_checkin) as participants,
        sum(activities.completed_checkins) filter (where activities.is_counted_checkin) as completed,
        {{ sign_of_sum('participants', condition='is_counted_checkin') }} as participants_sign,
        {{ sign_of_sum('completed_checkins', condition='is_counted_checkin') }} as completed_sign
    from activities
    inner join periods on {{ month_of('activities.activity_date') }} = periods.month_start
    group by activities.origin, periods.period, activities.region_code, activities.block_key, activities.block_id
)

select * from checkins
