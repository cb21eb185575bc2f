-- Sub-alliance × quarter: what became of the exchange, up to the quarter that runs now.
with exchanges as (
    select * from {{ ref('fct_gba_studio_alliance_exchanges') }}
    where not is_orphan
),

sub_alliances as (
    select * from {{ ref('fct_gba_studio_alliance_sub_alliances') }}
    where valid_to is null
),

quarters as (
    select period, period_start, period_end from {{ ref('dim_period') }}
    where period_grain = 'quarter'
),

known as (
    select
        origin,
        sub_alliance_key,
        sub_id,
        quarter,
        is_due,
        case
            when is_held then 'held'
            when not is_due then 'not_due'
            when is_reported then 'not_held'
            else 'not_reported'
        end as state
    from exchanges
),

-- The quarter after the last one that fell due runs now, for every sub-alliance alike.
last_due as (
    select origin, max(quarter_ends_on) as due_until
    from exchanges
    where is_due
    group by origin
),

running as (
    select
        sub_alliances.origin,
        sub_alliances.sub_alliance_key,
        sub_alliances.sub_id,
        quarters.period as quarter
    from sub_alliances
    inner join last_due on sub_alliances.origin = last_due.origin
    inner join quarters on quarters.period_start = {{ add_days('last_due.due_until', 1) }}
    where sub_alliances.founded_on <= quarters.period_end
),

cells as (
    select * from known
    union all
    select
        running.origin,
        running.sub_alliance_key,
        running.sub_id,
        running.quarter,
        false,
        'not_due'
    from running
    left join known
        on running.sub_alliance_key = known.sub_alliance_key and running.quarter = known.quarter
    where known.quarter is null
),

named as (
    select
        cells.*,
        quarters.period_start as quarter_start,
        quarters.period_end as quarter_ends_on,
        sub_alliances.sub_name,
        sub_alliances.founded_on
    from cells
    inner join quarters on cells.quarter = quarters.period
    inner join sub_alliances on cells.sub_alliance_key = sub_alliances.sub_alliance_key
)

select * from named
