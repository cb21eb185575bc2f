{{ landed('women_innovation_studios', 'review') }}
