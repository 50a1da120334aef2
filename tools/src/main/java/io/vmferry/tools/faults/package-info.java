/** What a person can ask about the language of fault plans: {@code scripts/faults}. */
package io.vmferry.tools.faults;
