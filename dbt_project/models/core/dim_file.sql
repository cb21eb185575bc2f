select * from {{ source('intake', 'files') }}
