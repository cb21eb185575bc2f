{{ landed('culture_block', 'ip_asset') }}
