with steps as (
    select
        * except (org_key),
        -- Steps that wait for their organisation are one organisation all the same.
        coalesce(org_key, concat_ws('/', origin, owner_region_code, org_uscc)) as org_key
    from {{ ref('fct_social_org_federation_incubations') }}
),

-- Nobody can say yet what became of an organisation whose twelve months end after the data.
data_ends as (
    select origin, least(last_day(data_end), {{ today() }}) as data_end
    from {{ ref('int_core__data_ends') }}
    where programme = 'social_org_federation'
),

dates as (
    select
        org_key,
        min(stage_date) filter (where stage = '入驻') as entered_on,
        min(stage_date) filter (where stage in ('出壳', '单独建会')) as graduated_on,
        min(stage_date) filter (where stage = '终止') as ended_on
    from steps
    group by org_key
),

-- The latest stage stands for the organisation, with its file and line.
latest_steps as (
    select *
    from steps
    qualify row_number() over (partition by org_key order by stage_date desc, stage_number desc) = 1
),

matured as (
    select
        latest_steps.*,
        dates.entered_on,
        dates.graduated_on,
        dates.ended_on,
        case
            when {{ add_months('dates.entered_on', 12) }} <= data_ends.data_end then {{ add_months('dates.entered_on', 12) }}
        end as matured_on
    from latest_steps
    inner join dates on latest_steps.org_key = dates.org_key
    left join data_ends on latest_steps.origin = data_ends.origin
),

incubated_orgs as (
    select
        *,
        case when matured_on is not null and graduated_on is not null then greatest(matured_on, graduated_on) end as succeeded_on
    from matured
)

select * from incubated_orgs
