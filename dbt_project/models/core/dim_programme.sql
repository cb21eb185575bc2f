-- Columns by name: a list of one's own may have more, as the `engine` of docs/spark.md.
select
    programme,
    programme_name_zh,
    programme_name_en,
    file_word,
    pilot_region_code,
    pilot_region_name,
    is_ranked,
    sort_order,
    question_zh,
    question_en,
    regions_zh
from {{ ref('programmes') }}
