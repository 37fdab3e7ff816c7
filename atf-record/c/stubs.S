/* XRay's sleds call atf_stub_entry and atf_stub_exit, which keep every register. Everything slow is called through
   SLOW, which keeps the vector registers: a hook runs where the compiler does not expect a call. */
#if defined(__x86_64__)
    .text
    .macro SLOW name, target
    .hidden \name
    .globl \name
    .type \name, @function
\name:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    pushq %r12
    .cfi_offset %rbx, -24
    .cfi_offset %r12, -32
    movq %rdx, %r12
    subq atf_vector_bytes(%rip), %rsp
    andq $-64, %rsp
    movq %rsp, %rbx
    cmpl $0, atf_has_xsave(%rip)
    je 1f
    /* The part of the header that says what is in the area must be zero. */
    xorl %eax, %eax
    movq %rax, 512(%rbx)
    movq %rax, 520(%rbx)
    movq %rax, 528(%rbx)
    movq %rax, 536(%rbx)
    movq %rax, 544(%rbx)
    movq %rax, 552(%rbx)
    movq %rax, 560(%rbx)
    movq %rax, 568(%rbx)
    movl $-1, %eax
    movl $-1, %edx
    xsave64 (%rbx)
    jmp 2f
1:  fxsave64 (%rbx)
2:  movq %r12, %rdx
    cld
    call \target
    movq %rax, %r12
    cmpl $0, atf_has_xsave(%rip)
    je 3f
    movl $-1, %eax
    movl $-1, %edx
    xrstor64 (%rbx)
    jmp 4f
3:  fxrstor64 (%rbx)
4:  movq %r12, %rax
    leaq -16(%rbp), %rsp
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size \name, . - \name
    .endm

    SLOW atf_slow_begin, atf_begin
    SLOW atf_slow_module, atf_module
    SLOW atf_slow_stack, atf_switch_stack
    SLOW atf_producer_push, atf_push

    .macro STUB name, target
    .hidden \name
    .globl \name
    .type \name, @function
\name:
    .cfi_startproc
    .cfi_def_cfa_offset 16
    pushq %rbx
    .cfi_def_cfa_offset 24
    .cfi_offset %rbx, -24
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    movq %rsp, %rbx
    .cfi_def_cfa %rbx, 96
    movq 80(%rbx), %rdi
    leaq 96(%rbx), %rsi
    /* Functions that nobody else can call may have a stack that is not aligned. */
    andq $-16, %rsp
    cld
    call \target
    movq %rbx, %rsp
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    popq %rbx
    .cfi_def_cfa %rsp, 16
    ret
    .cfi_endproc
    .size \name, . - \name
    .endm

    STUB atf_stub_entry, atf_xray_entry
    STUB atf_stub_exit, atf_xray_exit
#else
    /* A hook is an ordinary call there. */
    .macro SLOW name, target
    .hidden \name
    .globl \name
\name:
    b \target
    .endm
    SLOW atf_slow_begin, atf_begin
    SLOW atf_slow_module, atf_module
    SLOW atf_slow_stack, atf_switch_stack
    SLOW atf_producer_push, atf_push
#endif
    .section .note.GNU-stack, "", %progbits
