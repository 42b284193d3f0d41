/* Types for WMI in miniports. The helper routines are a static library on Windows, and are not there yet. */
#ifndef WHBA_SCSIWMI_H
#define WHBA_SCSIWMI_H

#include <srb.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _SCSIWMI_REQUEST_CONTEXT {
  PVOID UserContext;
  ULONG BufferSize;
  PUCHAR Buffer;
  UCHAR MinorFunction;
  UCHAR ReturnStatus;
  ULONG ReturnSize;
} SCSIWMI_REQUEST_CONTEXT, *PSCSIWMI_REQUEST_CONTEXT;

typedef struct _SCSIWMIGUIDREGINFO {
  LPCGUID Guid;
  ULONG InstanceCount;
  ULONG Flags;
} SCSIWMIGUIDREGINFO, *PSCSIWMIGUIDREGINFO;

typedef enum _SCSIWMI_ENABLE_DISABLE_CONTROL {
  ScsiWmiEventControl,
  ScsiWmiDataBlockControl
} SCSIWMI_ENABLE_DISABLE_CONTROL;

typedef UCHAR SCSIWMI_QUERY_REGINFO(PVOID Context, PSCSIWMI_REQUEST_CONTEXT RequestContext, PWCHAR *MofResourceName);
typedef BOOLEAN SCSIWMI_QUERY_DATABLOCK(PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex, ULONG InstanceIndex,
                                        ULONG InstanceCount, PULONG InstanceLengthArray, ULONG BufferAvail, PUCHAR Buffer);
typedef BOOLEAN SCSIWMI_SET_DATABLOCK(PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex, ULONG InstanceIndex,
                                      ULONG BufferSize, PUCHAR Buffer);
typedef BOOLEAN SCSIWMI_SET_DATAITEM(PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex, ULONG InstanceIndex,
                                     ULONG DataItemId, ULONG BufferSize, PUCHAR Buffer);
typedef BOOLEAN SCSIWMI_EXECUTE_METHOD(PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex, ULONG InstanceIndex,
                                       ULONG MethodId, ULONG InBufferSize, ULONG OutBufferSize, PUCHAR Buffer);
typedef BOOLEAN SCSIWMI_FUNCTION_CONTROL(PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex,
                                         SCSIWMI_ENABLE_DISABLE_CONTROL Function, BOOLEAN Enable);
typedef SCSIWMI_QUERY_REGINFO *PSCSIWMI_QUERY_REGINFO;
typedef SCSIWMI_QUERY_DATABLOCK *PSCSIWMI_QUERY_DATABLOCK;
typedef SCSIWMI_SET_DATABLOCK *PSCSIWMI_SET_DATABLOCK;
typedef SCSIWMI_SET_DATAITEM *PSCSIWMI_SET_DATAITEM;
typedef SCSIWMI_EXECUTE_METHOD *PSCSIWMI_EXECUTE_METHOD;
typedef SCSIWMI_FUNCTION_CONTROL *PSCSIWMI_FUNCTION_CONTROL;

typedef struct _SCSIWMILIB_CONTEXT {
  ULONG GuidCount;
  PSCSIWMIGUIDREGINFO GuidList;
  PSCSIWMI_QUERY_REGINFO QueryWmiRegInfo;
  PSCSIWMI_QUERY_DATABLOCK QueryWmiDataBlock;
  PSCSIWMI_SET_DATABLOCK SetWmiDataBlock;
  PSCSIWMI_SET_DATAITEM SetWmiDataItem;
  PSCSIWMI_EXECUTE_METHOD ExecuteWmiMethod;
  PSCSIWMI_FUNCTION_CONTROL WmiFunctionControl;
} SCSI_WMILIB_CONTEXT, *PSCSI_WMILIB_CONTEXT;

#ifdef __cplusplus
}
#endif

#endif
