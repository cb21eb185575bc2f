{{ landed('innovation_expo', 'hall') }}
