/** The module that depends on both nodes: it simulates, tests, fuzzes and measures the pair. */
package io.vmferry.lab;
