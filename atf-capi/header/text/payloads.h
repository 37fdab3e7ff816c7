/**
 * Makes a payload of any bytes.
 *
 * @param event_type ATF_DETAIL_EVENT_FUNCTION_CALL or another type.
 * @param bytes The bytes; they must be valid until the payload was passed to a call. NULL only if `length` is 0.
 * @param length Number of bytes.
 * @return The payload.
 */
static inline AtfPayload atf_raw_payload(uint16_t event_type, const void *bytes, size_t length) {
    AtfPayload payload;
    payload.registers = NULL;
    payload.bytes = bytes;
    payload.length = length;
    payload.event_type = event_type;
    payload.reserved[0] = 0;
    payload.reserved[1] = 0;
    payload.reserved[2] = 0;
    return payload;
}

/**
 * Makes the payload that the format defines for calls and returns: registers and stack.
 *
 * @param registers The registers; they must be valid until the payload was passed to a call.
 * @param stack The stack, from the stack pointer upward, valid as long. NULL only if `length` is 0.
 * @param length Number of stack bytes, 0 to ATF_MAX_STACK_BYTES.
 * @return The payload.
 */
static inline AtfPayload atf_function_payload(const AtfRegisters *registers, const void *stack, size_t length) {
    AtfPayload payload = atf_raw_payload(0, stack, length);
    payload.registers = registers;
    return payload;
}
