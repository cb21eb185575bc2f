with memberships as (
    {{ latest_state(ref('stg_gba_studio_alliance__memberships'), ['sub_id', 'studio_id']) }}
),

sub_alliances as (
    select distinct origin, sub_id from {{ ref('stg_gba_studio_alliance__sub_alliances') }}
),

-- A studio counts where it is, not where the file came from.
judged as (
    select
        memberships.* except (province_code, region_code),
        substring(memberships.studio_region, 1, 2) as province_code,
        memberships.studio_region as region_code,
        sub_alliances.sub_id is null as is_orphan
    from memberships
    left join sub_alliances on memberships.origin = sub_alliances.origin and memberships.sub_id = sub_alliances.sub_id
)

select * from judged
