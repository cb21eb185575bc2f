{{ narrow_by_record(ref('stg_dispute_mediation__cases'), ['centre_id', 'case_no']) }}
with reported as (
    {{ latest_state(ref('stg_dispute_mediation__cases'), ['centre_id', 'case_no'], 'case_key', date='referred_on') }}
),

cases as (
    {{ under_parent(
        'reported', ref('fct_dispute_mediation_centres'), ['centre_id'], 'centre_key', month_of('children.referred_on')
    ) }}
),

judged as (
    select
        *,
        accepted_on is not null and outcome <> '不予受理' as is_accepted,
        accepted_on is not null and closed_on is not null
        and outcome in ('调解成功', '调解不成', '撤回') as is_closed,
        accepted_on is not null and closed_on is not null and outcome = '调解成功' as is_settled,
        accepted_on is not null and closed_on is not null and outcome = '调解不成' as is_failed,
        accepted_on is not null and closed_on is not null and outcome = '撤回' as is_withdrawn,
        confirmed_on is not null as is_confirmed,
        subsidy_yuan > 0 as is_subsidised,
        {{ days_between('accepted_on', 'closed_on') }} as handling_days
    from cases
)

select * from judged
