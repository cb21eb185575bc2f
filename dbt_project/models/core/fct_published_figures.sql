select * from {{ ref('published_figures') }}
