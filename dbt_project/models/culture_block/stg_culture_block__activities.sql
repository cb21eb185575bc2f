{{ landed('culture_block', 'activity') }}
