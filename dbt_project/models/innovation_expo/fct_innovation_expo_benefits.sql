with benefits as (
    {{ latest_state(ref('stg_innovation_expo__benefits'), ['achievement_id', 'benefit_year', 'benefit_type']) }}
),

achievements as (
    select distinct origin, achievement_id from {{ ref('stg_innovation_expo__achievements') }}
),

-- 单项 is one achievement in one year, whatever types its benefit has; one row stands for it, an inexact one if there is any.
judged as (
    select
        benefits.*,
        achievements.achievement_id is null as is_orphan,
        sum(benefits.benefit_yuan) over (
            partition by benefits.origin, benefits.achievement_id, benefits.benefit_year
        ) as achievement_year_yuan,
        row_number() over (
            partition by benefits.origin, benefits.achievement_id, benefits.benefit_year
            order by case when benefits.inexact is null then 1 else 0 end asc, benefits.benefit_yuan desc, benefits.benefit_type asc
        ) = 1 as is_achievement_year
    from benefits
    left join achievements on benefits.origin = achievements.origin and benefits.achievement_id = achievements.achievement_id
),

-- What is inexact in a benefit is so in the sum over its types.
marked as (
    select
        * except (inexact),
        inexact || ';' || replace(inexact, 'benefit_yuan', 'achievement_year_yuan') as inexact
    from judged
)

select * from marked
