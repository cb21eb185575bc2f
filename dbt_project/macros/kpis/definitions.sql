{#-
    KPI definitions as the facts' YAML gives them, checked: a mistake stops the build with the file, the KPI and the key.

    Each definition gains: fact (model name), path (file), programme, order, and its measures in one shape:
    {role, fact, expression, basis, date, from, to, year, reference, over, category, table, has_states, unit_column, answer}.
    `answer` is set for ratios to what stands in a register: whose report the numerator waits for (see standing_answer).
-#}
{% macro kpi_definitions(programme=none, fact=none) %}
    {%- set definitions = [] -%}
    {%- set nodes = {} -%}
    {%- for node in fact_nodes(programme) -%}{%- do nodes.update({node.name: node}) -%}{%- endfor -%}
    {%- for node in fact_nodes(programme) if fact is none or node.name == fact -%}
        {%- set small_counts = checked_small_counts(node) -%}
        {%- for kpi in node.config.meta.get('kpis', []) -%}
            {%- do check_kpi(node, kpi) -%}
            {%- set definition = dict(kpi) -%}
            {%- do definition.update({
                'programme': node.config.meta.programme,
                'fact': node.name,
                'table': node.config.meta.get('table'),
                'path': 'dbt_project/' ~ (node.patch_path or node.original_file_path).split('://')[-1],
                'order': kpi.get('order', 100 + definitions | length),
                'grain': kpi.get('grain', 'month'),
                'additive': kpi.get('additive', {}),
                'small_counts': small_counts,
            }) -%}
            {%- set measures = [] -%}
            {%- set given_roles = {} -%}
            {%- for role in ['numerator', 'denominator'] if kpi.get(role) -%}
                {%- do given_roles.update({role: kpi[role] if kpi[role] is mapping else {'expression': kpi[role]}}) -%}
            {%- endfor -%}
            {%- if given_roles.get('denominator', {}).get('reported') -%}
                {%- do given_roles.update({'reported': {'expression': given_roles.denominator.reported, 'basis': 'known'}}) -%}
            {%- endif -%}
            {%- for role, given in given_roles.items() -%}
                {%- set fact = nodes.get(given.get('fact', node.name), node) -%}
                {%- do measures.append({
                    'role': role,
                    'kpi': kpi.name,
                    'fact': given.get('fact', node.name),
                    'expression': given.get('expression'),
                    'reference': given.get('reference'),
                    'basis': given.get('basis', kpi.basis),
                    'date': given.get('date', kpi.get('date')),
                    'from': given.get('from', kpi.get('from')),
                    'to': given.get('to', kpi.get('to')),
                    'year': given.get('year', kpi.get('year')),
                    'over': given.get('over'),
                    'category': none if given.get('over') == 'total' or role == 'reported' else kpi.get('category'),
                    'table': fact.config.meta.get('table'),
                    'has_states': fact.config.meta.get('has_states', false),
                    'unit_column': fact.config.meta.get('unit_column', 'reporting_unit'),
                    'answer': none,
                }) -%}
            {%- endfor -%}
            {%- set answer = standing_answer(measures) -%}
            {%- for measure in measures if answer and measure.role != 'reported' -%}{%- do measure.update({'answer': answer}) -%}{%- endfor -%}
            {%- do definition.update({'measures': measures}) -%}
            {%- do definitions.append(definition) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(definitions | sort(attribute='order')) }}
{% endmacro %}

{% macro check_kpi(node, kpi) %}
    {%- set known = [
        'name', 'label', 'definition', 'numerator', 'denominator', 'numerator_label', 'denominator_label', 'date', 'year', 'from', 'to',
        'basis', 'grain', 'unit', 'unit_label', 'direction', 'target', 'additive', 'trap', 'category', 'category_only',
        'headline', 'card', 'ranked', 'order', 'may_pass_one'
    ] -%}
    {%- set choices = {
        'basis': ['period', 'stock', 'cumulative', 'year_to_date'],
        'grain': ['month', 'quarter', 'year'],
        'unit': ['count', 'yuan', 'days', 'hours', 'percent', 'score'],
        'direction': ['higher', 'lower', 'range', 'neutral'],
        'target': ['kpi_targets', 'none'],
    } -%}
    {%- set where = (node.patch_path or node.original_file_path).split('://')[-1] ~ ': KPI ' ~ kpi.get('name', '(without a name)') ~ ': ' -%}
    {%- for key in kpi if key not in known -%}
        {%- do exceptions.raise_compiler_error(where ~ 'unknown key "' ~ key ~ '"; known keys: ' ~ known | join(', ')) -%}
    {%- endfor -%}
    {%- for key in ['name', 'label', 'definition', 'numerator', 'basis', 'unit', 'direction'] if kpi.get(key) is none -%}
        {%- do exceptions.raise_compiler_error(where ~ 'missing key "' ~ key ~ '"') -%}
    {%- endfor -%}
    {%- for key in choices if kpi.get(key) is not none and kpi.get(key) not in choices[key] -%}
        {%- do exceptions.raise_compiler_error(where ~ key ~ ' is "' ~ kpi[key] ~ '"; it may be ' ~ choices[key] | join(', ')) -%}
    {%- endfor -%}
    {%- for key in ['label', 'definition', 'numerator_label', 'denominator_label', 'unit_label', 'trap', 'may_pass_one']
        if key in ['label', 'definition'] or kpi.get(key) is not none -%}
        {%- if kpi[key] is not mapping or not kpi[key].get('zh') or not kpi[key].get('en') -%}
            {%- do exceptions.raise_compiler_error(where ~ key ~ ' needs zh and en') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for other in fact_nodes() -%}
        {%- set same = other.config.meta.get('kpis', []) | selectattr('name', 'equalto', kpi.name) | list -%}
        {%- if same | length > (1 if other.name == node.name else 0) -%}
            {%- do exceptions.raise_compiler_error(where ~ 'this name is taken twice, here and in '
                ~ (other.patch_path or other.original_file_path).split('://')[-1] ~ '; a KPI has a name of its own') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if kpi.unit == 'percent' and not kpi.get('denominator') -%}
        {%- do exceptions.raise_compiler_error(where ~ 'unit percent needs "denominator"; what is counted and not divided has unit count') -%}
    {%- endif -%}
    {%- if kpi.get('may_pass_one') and kpi.unit != 'percent' -%}
        {%- do exceptions.raise_compiler_error(where ~ 'may_pass_one is said of shares; this unit is ' ~ kpi.unit) -%}
    {%- endif -%}
    {%- for role in ['numerator', 'denominator'] if kpi.get(role) is mapping -%}
        {%- for key in kpi[role] if key not in [
            'expression', 'reference', 'reported', 'fact', 'basis', 'date', 'from', 'to', 'year', 'over'
        ] -%}
            {%- do exceptions.raise_compiler_error(where ~ role ~ ': unknown key "' ~ key ~ '"') -%}
        {%- endfor -%}
        {%- if kpi[role].get('fact') and kpi[role].fact not in fact_nodes(node.config.meta.programme) | map(attribute='name') | list -%}
            {%- do exceptions.raise_compiler_error(where ~ role ~ ': fact is "' ~ kpi[role].fact ~ '"; it may be '
                ~ fact_nodes(node.config.meta.programme) | map(attribute='name') | join(', ')) -%}
        {%- endif -%}
        {%- if not kpi[role].get('expression') and not kpi[role].get('reference') -%}
            {%- do exceptions.raise_compiler_error(where ~ role ~ ' needs "expression" (or "reference")') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if kpi.unit in ['count', 'score'] and not kpi.get('unit_label') -%}
        {%- do exceptions.raise_compiler_error(where ~ 'unit ' ~ kpi.unit ~ ' needs unit_label (zh, en)') -%}
    {%- endif -%}
    {%- if kpi.basis == 'stock' and not kpi.get('from') and not node.config.meta.get('has_states') -%}
        {%- do exceptions.raise_compiler_error(where ~ 'basis stock needs "from", the date column from which a row counts') -%}
    {%- elif kpi.basis != 'stock' and not kpi.get('date') and not kpi.get('year') -%}
        {%- do exceptions.raise_compiler_error(where ~ 'missing key "date" (or "year"), the column that places a row in a period') -%}
    {%- endif -%}
    {%- if kpi.get('year') and kpi.get('grain') != 'year' -%}
        {%- do exceptions.raise_compiler_error(where ~ 'a KPI placed by "year" needs grain: year') -%}
    {%- endif -%}
{% endmacro %}

{#-
    Ratios of what happened to what stands in a register, and of two registers: who has not reported the numerator's table for the period is in
    neither part. None for other KPIs; else the numerator's fact, its table, and how a report covers periods, joined by |.
-#}
{% macro standing_answer(measures) %}
    {%- set placed = measures | selectattr('expression') | rejectattr('over') | rejectattr('role', 'equalto', 'reported') | list -%}
    {%- if placed | length == 2 and (placed[0].table != placed[1].table or placed[1].basis == 'open') -%}
        {%- set covers = {'year_to_date': 'year_to_date', 'stock': 'stock', 'cumulative': 'stock'}.get(placed[0].basis, 'period') -%}
        {{ return([placed[0].fact, placed[0].table, covers, placed[0].unit_column] | join('|')) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

{#- Whether an aggregate of parts is the sum of the parts' aggregates: sums and counts are, medians and distinct counts are not. -#}
{% macro is_additive(expression) %}
    {%- set text = expression | lower | trim -%}
    {{ return((text.startswith('sum(') or text.startswith('count(')) and 'distinct' not in text) }}
{% endmacro %}

{#- What a `count(distinct …)` counts, or none for other aggregates. -#}
{% macro distinct_of(expression) %}
    {%- set found = modules.re.match('(?is) *count *[(] *distinct +([a-z0-9_]+) *[)]( *filter *[(].*[)])? *$', expression | trim) -%}
    {{ return(found.group(1) if found else none) }}
{% endmacro %}

{#- The column of a `median(…)`, or none for other aggregates. -#}
{% macro median_of(expression) %}
    {%- set found = modules.re.match('(?is) *median *[(] *([a-z0-9_]+) *[)]( *filter *[(].*[)])? *$', expression | trim) -%}
    {{ return(found.group(1) if found else none) }}
{% endmacro %}

{#- Whether an aggregate of no rows is 0 once somebody has reported: sums and counts, not medians and the like. -#}
{% macro is_zero_when_empty(expression) %}
    {%- set text = expression | lower | trim -%}
    {{ return(text.startswith('sum(') or text.startswith('count(')) }}
{% endmacro %}

{#- The condition of a `filter (where …)`, or true. -#}
{% macro filter_of(expression) %}
    {%- set found = modules.re.search('(?is)filter *[(] *where (.*)[)] *$', expression | trim) -%}
    {{ return(found.group(1) if found else 'true') }}
{% endmacro %}

{#- The column whose values an aggregate takes, or none for counts. -#}
{% macro valued_column_of(expression) %}
    {%- set found = modules.re.match('(?i) *(?:sum|median|min|max|avg)[(] *([a-z0-9_]+) *[)]', expression) -%}
    {{ return(found.group(1) if found else none) }}
{% endmacro %}
