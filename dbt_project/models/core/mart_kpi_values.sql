{{ config(materialized='view') }}

{%- set relations = kpi_values_of_all_programmes() -%}
{%- for relation in relations %}
select * from {{ relation }} where period_grain <> 'span'
union all
{%- endfor %}
select * from {{ ref('mart_published_kpi_values') }}
