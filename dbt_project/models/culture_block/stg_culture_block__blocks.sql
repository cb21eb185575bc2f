{{ landed('culture_block', 'block') }}
