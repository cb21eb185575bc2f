with cases as (
    {{ latest_state(ref('stg_dispute_mediation__cases'), ['centre_id', 'case_no']) }}
),

centres as (
    select distinct origin, centre_id from {{ ref('stg_dispute_mediation__centres') }}
),

judged as (
    select
        cases.*,
        centres.centre_id is null as is_orphan,
        cases.accepted_on is not null and cases.outcome <> '不予受理' as is_accepted,
        cases.accepted_on is not null and cases.closed_on is not null
            and cases.outcome in ('调解成功', '调解不成', '撤回') as is_closed,
        cases.accepted_on is not null and cases.closed_on is not null and cases.outcome = '调解成功' as is_settled,
        cases.accepted_on is not null and cases.closed_on is not null and cases.outcome = '调解不成' as is_failed,
        cases.confirmed_on is not null as is_confirmed,
        cases.subsidy_yuan > 0 as is_subsidised,
        {{ days_between('cases.accepted_on', 'cases.closed_on') }} as handling_days
    from cases
    left join centres on cases.origin = centres.origin and cases.centre_id = centres.centre_id
)

select * from judged
