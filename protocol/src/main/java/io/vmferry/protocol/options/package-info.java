/**
 * The options of a migration: the catalogue of {@link io.vmferry.protocol.options.Capability
 * capabilities} and {@link io.vmferry.protocol.options.Parameter parameters} with their versions,
 * defaults, ranges and conflicts. A change is checked as a whole and applied as a whole or not at
 * all; options that vmferry has not built are refused rather than accepted and ignored.
 */
package io.vmferry.protocol.options;
