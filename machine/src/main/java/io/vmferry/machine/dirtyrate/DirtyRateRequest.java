package io.vmferry.machine.dirtyrate;

/**
 * One measurement that is asked for.
 *
 * @param samplePages pages to sample per GiB; without meaning in other modes than page-sampling
 */
public record DirtyRateRequest(DirtyRateMode mode, long calcMillis, int samplePages) {}
