-- What each studio was paid and what each kind of benefit came to, year by year; kinds are rows, so that nobody adds them up unawares.
{{ narrow_by_place([ref('fct_women_innovation_studios_reviews'), ref('fct_women_innovation_studios_results')]) }}
with reviews as (
    select * from {{ ref('fct_women_innovation_studios_reviews') }}
    where not is_orphan
),

results as (
    select * from {{ ref('fct_women_innovation_studios_results') }}
    where not is_orphan and benefit_yuan is not null
),

studios as (
    select studio_key, studio_name from {{ ref('fct_women_innovation_studios_studios') }}
    where valid_to is null
),

amounts as (
    select
        origin,
        studio_key,
        studio_id,
        region_code,
        cast(review_year as integer) as money_year,
        'funding' as kind,
        review_result,
        cast(funding_yuan as double) as amount_yuan,
        cast(funding_due_yuan as double) as due_yuan,
        {{ sign_of('funding_yuan') }} as sign
    from reviews
    union all
    select
        origin,
        studio_key,
        studio_id,
        region_code,
        cast(result_period as integer),
        coalesce(benefit_type, 'unknown'),
        cast(null as {{ text_type() }}),
        cast(benefit_yuan as double),
        cast(null as double),
        {{ sign_of('benefit_yuan') }}
    from results
),

money as (
    select
        amounts.*,
        studios.studio_name
    from amounts
    inner join studios on amounts.studio_key = studios.studio_key
)

select * from money
