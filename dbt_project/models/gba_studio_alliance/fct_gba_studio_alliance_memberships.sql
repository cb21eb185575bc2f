{{ narrow_by_record(ref('stg_gba_studio_alliance__memberships'), ['sub_id', 'studio_id']) }}
with reported as (
    {{ register_states(ref('stg_gba_studio_alliance__memberships'), ['sub_id', 'studio_id'], 'membership_key') }}
),

memberships as (
    {{ under_parent(
        'reported', ref('fct_gba_studio_alliance_sub_alliances'), ['sub_id'], 'sub_alliance_key', 'children.valid_from',
        anywhere=true
    ) }}
),

-- A studio counts where it is, not where its sub-alliance or the file is.
judged as (
    select
        * except (province_code, region_code),
        substring(studio_region, 1, 2) as province_code,
        studio_region as region_code,
        -- Studios of two regions may have one number.
        studio_region || ' ' || studio_id as member_key
    from memberships
)

select * from judged
