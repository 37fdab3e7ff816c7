/* bcryptprimitives.dll for Wine before 9.0, which has none. Rust's standard library imports this one
 * function for the seed of hash tables. Windows has had it since Windows 8. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    return SystemFunction036(data, (ULONG)length);
}
