-- 创效: what each sub-alliance declared, what of it member studios already count, and what is left.
with activities as (
    select * from {{ ref('fct_gba_studio_alliance_activities') }}
    where not is_orphan and value_created_yuan is not null
),

sub_alliances as (
    select sub_alliance_key, sub_name from {{ ref('fct_gba_studio_alliance_sub_alliances') }}
    where valid_to is null
),

valued as (
    select
        activities.origin,
        activities.sub_alliance_key,
        activities.sub_id,
        sub_alliances.sub_name,
        activities.quarter,
        activities.quarter_ends_on,
        activities.attributed_value_yuan is not null as has_attribution,
        cast(activities.value_created_yuan as double) as declared_yuan,
        cast(coalesce(activities.attributed_value_yuan, 0) as double) as attributed_yuan,
        cast(activities.net_value_yuan as double) as net_yuan,
        {{ sign_of('value_created_yuan') }} as declared_sign,
        {{ sign_of('attributed_value_yuan') }} as attributed_sign,
        {{ sign_of('net_value_yuan') }} as net_sign
    from activities
    inner join sub_alliances on activities.sub_alliance_key = sub_alliances.sub_alliance_key
)

select * from valued
