{{ narrow_by_record(ref('stg_innovation_expo__benefits'), ['achievement_id']) }}
with reported as (
    {{ latest_state(
        ref('stg_innovation_expo__benefits'), ['achievement_id', 'benefit_year', 'benefit_type'], 'benefit_key'
    ) }}
),

benefits as (
    {{ under_parent(
        'reported', ref('fct_innovation_expo_achievements'), ['achievement_id'], 'achievement_key',
        "cast(children.report_period || '-01' as date)"
    ) }}
),

-- 单项 is one achievement in one year, whatever types its benefit has; one row stands for it, an inexact one if there is any.
judged as (
    select
        *,
        sum(benefit_yuan) over (
            partition by origin, achievement_key, achievement_id, benefit_year
        ) as achievement_year_yuan,
        row_number() over (
            partition by origin, achievement_key, achievement_id, benefit_year
            order by case when inexact is null then 1 else 0 end asc, benefit_yuan desc, benefit_type asc
        ) = 1 as is_achievement_year
    from benefits
),

-- What is inexact in a benefit is so in the sum over its types.
marked as (
    select
        * except (inexact),
        inexact || ';' || replace(inexact, 'benefit_yuan', 'achievement_year_yuan') as inexact
    from judged
)

select * from marked
