-- depends_on: {{ kpi_facts_of_all_programmes() }}
{%- set definitions = kpi_definitions() -%}
{%- if not definitions %}
select cast(null as {{ text_type() }}) as kpi where false
{%- else %}
with kpis as (
    {%- for kpi in definitions %}
    {%- set numerator = kpi.measures[0] %}
    {%- set denominator = kpi.measures[1] if kpi.measures | length > 1 else {} %}
    {%- set counted = denominator if denominator.get('expression') and denominator.fact == kpi.fact and not denominator.over else numerator %}
    {%- set unit_words = {'percent': ('%', '%'), 'yuan': ('元', 'yuan'), 'days': ('天', 'days'), 'hours': ('小时', 'hours')} %}
    {%- set additive = kpi.get('additive', {}) %}
    select
        {{ text(kpi.name) }} as kpi,
        {{ text(kpi.programme) }} as programme,
        {{ text(kpi.label.zh) }} as label_zh,
        {{ text(kpi.label.en) }} as label_en,
        {{ text(kpi.definition.zh) }} as definition_zh,
        {{ text(kpi.definition.en) }} as definition_en,
        {{ text(kpi.get('numerator_label', {}).get('zh')) }} as numerator_zh,
        {{ text(kpi.get('numerator_label', {}).get('en')) }} as numerator_en,
        {{ text(kpi.get('denominator_label', {}).get('zh')) }} as denominator_zh,
        {{ text(kpi.get('denominator_label', {}).get('en')) }} as denominator_en,
        {{ text(kpi.get('trap', {}).get('zh')) }} as trap_zh,
        {{ text(kpi.get('trap', {}).get('en')) }} as trap_en,
        {{ text(kpi.unit) }} as unit,
        {{ text(unit_words[kpi.unit][0] if kpi.unit in unit_words and not kpi.get('unit_label') else kpi.unit_label.zh) }} as unit_zh,
        {{ text(unit_words[kpi.unit][1] if kpi.unit in unit_words and not kpi.get('unit_label') else kpi.unit_label.en) }} as unit_en,
        {{ text(kpi.direction) }} as direction,
        {{ text(kpi.basis) }} as basis,
        {{ text(kpi.grain) }} as grain,
        {{ 'true' if denominator else 'false' }} as is_ratio,
        {{ 'true' if additive.get('regions') else 'false' }} as is_additive_over_regions,
        {{ 'true' if additive.get('time') else 'false' }} as is_additive_over_time,
        {{ text(additive.get('time') if additive.get('time') is string else none) }} as additive_time,
        {{ 'true' if kpi.get('ranked', true) else 'false' }} as is_ranked,
        {{ 'true' if kpi.get('headline') else 'false' }} as is_headline,
        {{ 'true' if kpi.get('card', true) else 'false' }} as is_card,
        cast({{ kpi.small_counts.limit if kpi.small_counts else 'null' }} as integer) as small_count_limit,
        {{ text(kpi.small_counts.noun.zh if kpi.small_counts else none) }} as small_count_noun_zh,
        {{ text(kpi.small_counts.noun.en if kpi.small_counts else none) }} as small_count_noun_en,
        {{ 'true' if kpi.get('target') == 'kpi_targets' else 'false' }} as has_targets,
        {{ 'true' if kpi.get('may_pass_one') else 'false' }} as may_pass_one,
        {{ text(kpi.fact) }} as fact_model,
        {{ text(kpi.table) }} as table_name,
        {{ text(kpi.path) }} as definition_path,
        cast({{ loop.index }} as integer) as sort_order,
        {{ text(numerator.expression) }} as numerator_sql,
        {{ text(denominator.get('expression') or denominator.get('reference')) }} as denominator_sql,
        {{ text(filter_of(denominator.expression if denominator.get('expression') and denominator.fact == kpi.fact else numerator.expression)) }} as row_filter_sql,
        {{ text(counted.basis) }} as rows_basis,
        {{ text(counted.year or counted.date) }} as rows_date_column,
        {{ text(counted['from']) }} as rows_from_column,
        {{ text(counted.to) }} as rows_to_column,
        {{ text(numerator.answer.split('|')[1] if numerator.answer else none) }} as answer_table,
        {{ text(numerator.answer.split('|')[2] if numerator.answer else none) }} as answer_covers,
        {{ text(kpi.get('year') or kpi.get('date')) }} as date_column,
        {{ text(kpi.get('from')) }} as from_column,
        {{ text(kpi.get('to')) }} as to_column,
        {{ text(kpi.get('category')) }} as category_column,
        {{ 'true' if kpi.get('category_only') else 'false' }} as is_category_only,
        {{ text(denominator.get('reference')) }} as reference_measure,
        {{ 'true' if denominator.get('over') == 'total' else 'false' }} as is_denominator_over_total,
        {{ 'true' if numerator.expression and is_zero_when_empty(numerator.expression) else 'false' }} as is_zero_when_empty,
        {{ 'true' if denominator.get('expression') and is_zero_when_empty(denominator.expression) else 'false' }} as is_denominator_zero_when_empty,
        {{ 'true' if denominator.get('expression') and denominator.fact == kpi.fact else 'false' }} as counts_denominator_rows
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from kpis
{%- endif %}
