/* Source annotations of Microsoft's compilers, as no-ops: old words (IN, OUT), SAL 1 (__in), SAL 2 (_In_), IRQL and lock notes. */
#ifndef WHBA_SAL_H
#define WHBA_SAL_H

#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif

/* SAL 2. */
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(n)
#define _In_reads_opt_(n)
#define _In_reads_z_(n)
#define _In_reads_bytes_(n)
#define _In_reads_bytes_opt_(n)
#define _In_range_(low, high)
#define _In_count_(n)
#define _In_bytecount_(n)
#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Inout_updates_(n)
#define _Inout_updates_opt_(n)
#define _Inout_updates_bytes_(n)
#define _Inout_updates_bytes_opt_(n)
#define _Inout_updates_all_(n)
#define _Out_
#define _Out_opt_
#define _Out_writes_(n)
#define _Out_writes_opt_(n)
#define _Out_writes_to_(n, m)
#define _Out_writes_z_(n)
#define _Out_writes_all_(n)
#define _Out_writes_bytes_(n)
#define _Out_writes_bytes_opt_(n)
#define _Out_writes_bytes_to_(n, m)
#define _Out_writes_bytes_all_(n)
#define _Out_range_(low, high)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_result_bytebuffer_(n)
#define _Deref_out_
#define _Deref_out_opt_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_writes_(n)
#define _Ret_writes_bytes_(n)
#define _Ret_writes_bytes_maybenull_(n)
#define _Field_size_(n)
#define _Field_size_opt_(n)
#define _Field_size_full_(n)
#define _Field_size_bytes_(n)
#define _Field_size_bytes_opt_(n)
#define _Field_size_bytes_full_(n)
#define _Field_range_(low, high)
#define _Struct_size_bytes_(n)
#define _Reserved_
#define _Const_
#define _Null_terminated_
#define _NullNull_terminated_
#define _Printf_format_string_
#define _Scanf_format_string_
#define _Check_return_
#define _Check_return_opt_
#define _Must_inspect_result_
#define _Success_(e)
#define _Return_type_success_(e)
#define _On_failure_(e)
#define _Always_(e)
#define _When_(e, a)
#define _At_(e, a)
#define _At_buffer_(e, i, n, a)
#define _Pre_
#define _Post_
#define _Pre_satisfies_(e)
#define _Post_satisfies_(e)
#define _Pre_notnull_
#define _Post_notnull_
#define _Post_invalid_
#define _Post_equal_to_(e)
#define _Points_to_data_
#define _Notliteral_
#define _Literal_
#define _Strict_type_match_
#define _Use_decl_annotations_
#define _Function_class_(x)
#define _Analysis_assume_(e) ((void)0)
#define _Analysis_noreturn_
#define _Interlocked_operand_
#define _Kernel_float_saved_
#define _IRQL_requires_(n)
#define _IRQL_requires_max_(n)
#define _IRQL_requires_min_(n)
#define _IRQL_requires_same_
#define _IRQL_always_function_max_(n)
#define _IRQL_always_function_min_(n)
#define _IRQL_raises_(n)
#define _IRQL_saves_
#define _IRQL_saves_global_(kind, param)
#define _IRQL_restores_
#define _IRQL_restores_global_(kind, param)
#define _IRQL_uses_cancel_
#define _Acquires_lock_(l)
#define _Releases_lock_(l)
#define _Requires_lock_held_(l)
#define _Requires_lock_not_held_(l)
#define _Guarded_by_(l)
#define _Interlocked_
#define _Requires_no_locks_held_
#define _Dispatch_type_(x)
#define __drv_aliasesMem
#define __drv_allocatesMem(x)
#define __drv_freesMem(x)
#define __drv_strictTypeMatch(x)
#define __drv_dispatchType(x)
#define __drv_functionClass(x)
#define __drv_requiresIRQL(x)
#define __drv_maxIRQL(x)
#define __drv_minIRQL(x)
#define __drv_sameIRQL
#define __drv_reportError(x)
#define __drv_when(e, a)
#define __analysis_assume(e) ((void)0)
#define __assume_annotation(e)

/* SAL 1. The two names in use by C libraries, __in and __out, are left alone where a library needs them: ours does not. */
#define __in
#define __in_opt
#define __in_bcount(n)
#define __in_bcount_opt(n)
#define __in_ecount(n)
#define __in_ecount_opt(n)
#define __in_z
#define __inout
#define __inout_opt
#define __inout_bcount(n)
#define __inout_bcount_opt(n)
#define __inout_ecount(n)
#define __out
#define __out_opt
#define __out_bcount(n)
#define __out_bcount_opt(n)
#define __out_bcount_part(n, m)
#define __out_ecount(n)
#define __out_ecount_opt(n)
#define __deref_out
#define __deref_out_opt
#define __field_bcount(n)
#define __field_bcount_opt(n)
#define __field_ecount(n)
#define __checkReturn
#define __reserved
#define __nullterminated
#define __callback
#define __format_string

#endif
