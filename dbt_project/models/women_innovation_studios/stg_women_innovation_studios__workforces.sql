{{ landed('women_innovation_studios', 'workforce') }}
