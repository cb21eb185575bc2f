with sub_alliances as (
    {{ register_states(ref('stg_gba_studio_alliance__sub_alliances'), ['sub_id'], 'sub_alliance_key') }}
),

-- The alliance spans three regions and belongs to the nation under its own heading, whatever the file says.
judged as (
    select
        * except (province_code, region_code),
        cast(null as {{ text_type() }}) as province_code,
        '000000' as region_code,
        false as is_orphan
    from sub_alliances
)

select * from judged
