/**
 * Recordings of real QEMU migrations, played to our destination and compared with what our source
 * sends. They lie beside the checkout; without them these tests are skipped.
 */
package io.vmferry.lab.capture;
