with $tables as (
    {{ latest_state(ref('stg_${programme}__$tables'), ['${table}_id'], '${table}_key', date='happened_on') }}
),

judged as (
    select
        *,
        -- No other table says whether a row is known; with a parent use under_parent, as in dispute_mediation.
        false as is_orphan,
        -- 待填：指标用到的条件，每个写成一个有名字的真假列
        persons >= 1 as is_attended
    from $tables
)

select * from judged
