// The functions of wasi_snapshot_preview1 and their wasm types.
// Source: WebAssembly/WASI, preview1 docs (pointers, sizes, handles and results are i32, timestamps and file sizes i64).
import type { Signature, ValueType } from './guest.ts'

export const WASI_MODULE = 'wasi_snapshot_preview1'

/** i = i32, I = i64; all of them return an errno except proc_exit. */
const PARAMETERS: Record<string, string> = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_dir_name: 'iii',
  fd_prestat_get: 'ii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  random_get: 'ii',
  sched_yield: '',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
}

export const WASI_SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  Object.entries(PARAMETERS).map(([name, letters]) => [
    name,
    {
      params: [...letters].map((letter): ValueType => (letter === 'I' ? 'i64' : 'i32')),
      results: name === 'proc_exit' ? [] : (['i32'] as const),
    },
  ]),
)
