{{ landed('innovation_expo', 'benefit') }}
