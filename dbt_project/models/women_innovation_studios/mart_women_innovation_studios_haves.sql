-- 五有: which studios are valid when, and which of the five each had then: one row per state that was true for some time.
{{ narrow_by_place([ref('fct_women_innovation_studios_studios')]) }}
with studios as (
    select * from {{ ref('fct_women_innovation_studios_studios') }}
    where not is_orphan and named_on is not null
),

-- Nothing is known after the last month anybody has reported.
data_ends as (
    select origin, last_day(data_end) as known_until
    from {{ ref('int_core__data_ends') }}
    where programme = 'women_innovation_studios'
),

haves as (
    select
        studios.origin,
        studios.studio_key,
        studios.studio_id,
        studios.studio_name,
        studios.region_code,
        greatest({{ month_of('studios.named_on') }}, {{ state_from('studios') }}) as valid_from,
        nullif(
            least(
                coalesce(
                    case
                        when {{ month_of('studios.revoked_on') }} <= data_ends.known_until then {{ month_of('studios.revoked_on') }}
                    end,
                    cast('9999-12-01' as date)
                ),
                coalesce(studios.valid_to, cast('9999-12-01' as date))
            ),
            cast('9999-12-01' as date)
        ) as valid_to,
        data_ends.known_until,
        studios.has_leader,
        studios.has_team,
        studios.has_platform,
        studios.has_projects_rules,
        studios.has_results,
        studios.has_all_five
    from studios
    inner join data_ends on studios.origin = data_ends.origin
)

select * from haves
where valid_to is null or valid_from < valid_to
