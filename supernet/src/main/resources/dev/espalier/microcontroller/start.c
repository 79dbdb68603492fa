/* Start-up of an image for QEMU's mps2 boards: input, output and exit by semihosting. */
#include <stdint.h>

extern void initialise_monitor_handles(void);
extern uint32_t stack_top, bss_start, bss_end;
int main(void);
void exit(int);
void start(void);
void fault(void);
void _init(void);
void _fini(void);

__attribute__((section(".vectors"), used)) void *const vectors[] = {
    &stack_top, (void *)start, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault};

void _init(void) {}
void _fini(void) {}

/* Tells the emulator that the program ended by an internal error. */
void fault(void) {
  register int operation __asm("r0") = 0x18;
  register int reason __asm("r1") = 0x20024;
  __asm volatile("bkpt 0xab" ::"r"(operation), "r"(reason));
  for (;;) {
  }
}

void start(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xF << 20; /* floating-point unit on */
  for (uint32_t *p = &bss_start; p < &bss_end; p++) *p = 0;
  initialise_monitor_handles();
  exit(main());
}
