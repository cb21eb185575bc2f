{#- The pictures that marts declare under `config.meta.pictures` (docs/adding-a-picture.md), as they stand there; warehouse/pictures checks them. -#}
{% macro picture_definitions() %}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute='name') if node.resource_type == 'model' -%}
            {%- for picture in node.config.get('meta', {}).get('pictures') or [] if picture is mapping -%}
                {%- do found.append({
                    'name': picture.get('name'),
                    'programme': node.fqn[1],
                    'mart': node.name,
                    'path': 'dbt_project/' ~ (node.patch_path or node.original_file_path).split('://')[-1],
                    'order': picture.get('order', 100),
                    'definition': picture,
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{#- What the contracts call the values of their closed lists in English; a value has one English, whatever table it stands in. -#}
{% macro english_words() %}
    {%- set words = {} -%}
    {%- if execute -%}
        {%- for source in graph.sources.values() | sort(attribute='unique_id') -%}
            {%- for column in source.columns.values() -%}
                {%- set meta = (column.get('config') or {}).get('meta') or column.get('meta') or {} -%}
                {%- for word, english in (meta.get('english') or {}).items() -%}
                    {%- if words.get(word, english) != english -%}
                        {%- do exceptions.raise_compiler_error(source.original_file_path ~ ': ' ~ column.name ~ ': "' ~ word ~ '" is "' ~ english
                            ~ '" here and "' ~ words[word] ~ '" in another contract; a word has one English') -%}
                    {%- endif -%}
                    {%- do words.update({word: english}) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(words) }}
{% endmacro %}
