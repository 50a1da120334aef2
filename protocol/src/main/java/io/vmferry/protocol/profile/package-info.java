/**
 * What one QEMU version does differently from another. An engine never compares version numbers: it
 * asks a {@link io.vmferry.protocol.profile.Profile} a named question.
 */
package io.vmferry.protocol.profile;
