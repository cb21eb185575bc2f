with reported as (
    {{ latest_state(ref('stg_gba_studio_alliance__activities'), ['sub_id', 'quarter'], 'activity_key') }}
),

activities as (
    {{ under_parent(
        'reported', ref('fct_gba_studio_alliance_sub_alliances'), ['sub_id'], 'sub_alliance_key',
        "cast(children.report_period || '-01' as date)", anywhere=true
    ) }}
),

quarters as (
    select period, period_end from {{ ref('dim_period') }}
    where period_grain = 'quarter'
),

judged as (
    select
        activities.* except (province_code, region_code, inexact),
        cast(null as {{ text_type() }}) as province_code,
        '000000' as region_code,
        -- A bound of what was created bounds the net value alike, one of what is taken off it the other way round.
        activities.inexact || ';' || replace(
            replace(
                replace(
                    replace(activities.inexact, 'attributed_value_yuan≥', 'net_value_yuan≤'),
                    'attributed_value_yuan≤', 'net_value_yuan≥'
                ),
                'attributed_value_yuan≈', 'net_value_yuan≈'
            ),
            'value_created_yuan', 'net_value_yuan'
        ) as inexact,
        quarters.period_end as quarter_ends_on,
        -- A blank means that the office declared nothing as counted by a member studio.
        activities.value_created_yuan - coalesce(activities.attributed_value_yuan, 0) as net_value_yuan
    from activities
    left join quarters on activities.quarter = quarters.period
)

select * from judged
