/* NVMe controller: registers and memory formats. Generated from device/adapters/nvme/registers.ts. Do not edit. */
#ifndef NVME_REGISTERS_H
#define NVME_REGISTERS_H

/* Register window. */
#define NVME_WINDOW_BYTES 0x4000u /* Size of the register window. */

/* CAP_LOW: Controller capabilities, bits 31 to 0. */
#define NVME_CAP_LOW 0x0u /* Offset; 32 bits. */
#define NVME_CAP_LOW_MQES_MASK 0xffffu /* ro. Entries an I/O queue may have, less one. */
#define NVME_CAP_LOW_MQES_SHIFT 0u
#define NVME_CAP_LOW_CQR 0x10000u /* ro. Queues must be physically contiguous. */
#define NVME_CAP_LOW_AMS_MASK 0x60000u /* ro. Arbitration beside round robin: none. */
#define NVME_CAP_LOW_AMS_SHIFT 17u
#define NVME_CAP_LOW_TO_MASK 0xff000000u /* ro. Longest time until CSTS.RDY follows CC.EN, in units of 500 ms. */
#define NVME_CAP_LOW_TO_SHIFT 24u

/* CAP_HIGH: Controller capabilities, bits 63 to 32. */
#define NVME_CAP_HIGH 0x4u /* Offset; 32 bits. */
#define NVME_CAP_HIGH_DSTRD_MASK 0xfu /* ro. Doorbells are 4 << DSTRD bytes apart. Set by configuration. */
#define NVME_CAP_HIGH_DSTRD_SHIFT 0u
#define NVME_CAP_HIGH_NSSRS 0x10u /* ro. NSSR is there. */
#define NVME_CAP_HIGH_CSS_MASK 0x1fe0u /* ro. Command sets: bit 0 is the NVM command set. */
#define NVME_CAP_HIGH_CSS_SHIFT 5u
#define NVME_CAP_HIGH_BPS 0x2000u /* ro. Boot partitions: none. */
#define NVME_CAP_HIGH_MPSMIN_MASK 0xf0000u /* ro. Smallest memory page, 4096 << MPSMIN bytes. */
#define NVME_CAP_HIGH_MPSMIN_SHIFT 16u
#define NVME_CAP_HIGH_MPSMAX_MASK 0xf00000u /* ro. Largest memory page, 4096 << MPSMAX bytes. */
#define NVME_CAP_HIGH_MPSMAX_SHIFT 20u
#define NVME_CAP_HIGH_PMRS 0x1000000u /* ro. Persistent memory region: none. */
#define NVME_CAP_HIGH_CMBS 0x2000000u /* ro. Controller memory buffer: none. */

/* VS: Version of the specification. */
#define NVME_VS 0x8u /* Offset; 32 bits. */
#define NVME_VS_TER_MASK 0xffu /* ro. Tertiary. */
#define NVME_VS_TER_SHIFT 0u
#define NVME_VS_MNR_MASK 0xff00u /* ro. Minor. */
#define NVME_VS_MNR_SHIFT 8u
#define NVME_VS_MJR_MASK 0xffff0000u /* ro. Major. */
#define NVME_VS_MJR_SHIFT 16u

/* INTMS: Interrupt mask set. Tells the mask only: whether the controller interrupts stands in the completion queues. */
#define NVME_INTMS 0xcu /* Offset; 32 bits. */
#define NVME_INTMS_VECTORS_MASK 0xffffffffu /* rw1s. Writing 1 masks a vector. Bit 0 is the pin, the only vector of this controller. Reads the mask. */
#define NVME_INTMS_VECTORS_SHIFT 0u

/* INTMC: Interrupt mask clear. */
#define NVME_INTMC 0x10u /* Offset; 32 bits. */
#define NVME_INTMC_VECTORS_MASK 0xffffffffu /* rw1c. Writing 1 unmasks a vector. Bit 0 is the pin, the only vector of this controller. Reads the mask. */
#define NVME_INTMC_VECTORS_SHIFT 0u

/* CC: Controller configuration. */
#define NVME_CC 0x14u /* Offset; 32 bits. */
#define NVME_CC_EN 0x1u /* rw. Enable: RDY follows. From 1 to 0: controller reset, which drops every command and every I/O queue; AQA, ASQ and ACQ stay. */
#define NVME_CC_CSS_MASK 0x70u /* rw. Command set: 0, the NVM command set. */
#define NVME_CC_CSS_SHIFT 4u
#define NVME_CC_MPS_MASK 0x780u /* rw. Memory page, 4096 << MPS bytes; from CAP.MPSMIN to CAP.MPSMAX. Changes only while EN is 0. */
#define NVME_CC_MPS_SHIFT 7u
#define NVME_CC_AMS_MASK 0x3800u /* rw. Arbitration: 0, round robin. */
#define NVME_CC_AMS_SHIFT 11u
#define NVME_CC_SHN_MASK 0xc000u /* rw. Shutdown notification; CSTS.SHST follows. */
#define NVME_CC_SHN_SHIFT 14u
#define NVME_CC_SHN_NONE 0u /* Value, not shifted. */
#define NVME_CC_SHN_NORMAL 1u /* Value, not shifted. */
#define NVME_CC_SHN_ABRUPT 2u /* Value, not shifted. */
#define NVME_CC_IOSQES_MASK 0xf0000u /* rw. Size of an I/O submission entry as a power of two: 6. */
#define NVME_CC_IOSQES_SHIFT 16u
#define NVME_CC_IOCQES_MASK 0xf00000u /* rw. Size of an I/O completion entry as a power of two: 4. */
#define NVME_CC_IOCQES_SHIFT 20u

/* CSTS: Controller status. */
#define NVME_CSTS 0x1cu /* Offset; 32 bits. */
#define NVME_CSTS_RDY 0x1u /* ro. Ready: doorbells are heard. */
#define NVME_CSTS_CFS 0x2u /* ro. Fatal: the controller has stopped; only a controller reset or NSSR helps. */
#define NVME_CSTS_SHST_MASK 0xcu /* ro. Shutdown status. */
#define NVME_CSTS_SHST_SHIFT 2u
#define NVME_CSTS_SHST_NORMAL 0u /* Value, not shifted. */
#define NVME_CSTS_SHST_OCCURRING 1u /* Value, not shifted. */
#define NVME_CSTS_SHST_COMPLETE 2u /* Value, not shifted. */
#define NVME_CSTS_NSSRO 0x10u /* rw1c. A subsystem reset (NSSR) has happened. */
#define NVME_CSTS_PP 0x20u /* ro. Processing paused: never. */

/* NSSR: Subsystem reset. */
#define NVME_NSSR 0x20u /* Offset; 32 bits. */
#define NVME_NSSR_NSSRC_MASK 0xffffffffu /* rw. Writing NSSR_RESET resets the controller and all registers; anything else does nothing. Reads 0. */
#define NVME_NSSR_NSSRC_SHIFT 0u

/* AQA: Admin queue attributes, taken over when CC.EN becomes 1. */
#define NVME_AQA 0x24u /* Offset; 32 bits. */
#define NVME_AQA_ASQS_MASK 0xfffu /* rw. Entries of the admin submission queue, less one. */
#define NVME_AQA_ASQS_SHIFT 0u
#define NVME_AQA_ACQS_MASK 0xfff0000u /* rw. Entries of the admin completion queue, less one. */
#define NVME_AQA_ACQS_SHIFT 16u

/* ASQ_LOW: Base of the admin submission queue, bits 31 to 12: 4 KiB aligned. */
#define NVME_ASQ_LOW 0x28u /* Offset; 32 bits. */
#define NVME_ASQ_LOW_BASE_MASK 0xfffff000u /* rw. Address bits 31 to 12. */
#define NVME_ASQ_LOW_BASE_SHIFT 12u

/* ASQ_HIGH: Base of the admin submission queue, bits 63 to 32. */
#define NVME_ASQ_HIGH 0x2cu /* Offset; 32 bits. */
#define NVME_ASQ_HIGH_BASE_MASK 0xffffffffu /* rw. Address bits 63 to 32. */
#define NVME_ASQ_HIGH_BASE_SHIFT 0u

/* ACQ_LOW: Base of the admin completion queue, bits 31 to 12: 4 KiB aligned. */
#define NVME_ACQ_LOW 0x30u /* Offset; 32 bits. */
#define NVME_ACQ_LOW_BASE_MASK 0xfffff000u /* rw. Address bits 31 to 12. */
#define NVME_ACQ_LOW_BASE_SHIFT 12u

/* ACQ_HIGH: Base of the admin completion queue, bits 63 to 32. */
#define NVME_ACQ_HIGH 0x34u /* Offset; 32 bits. */
#define NVME_ACQ_HIGH_BASE_MASK 0xffffffffu /* rw. Address bits 63 to 32. */
#define NVME_ACQ_HIGH_BASE_SHIFT 0u

/* CMBLOC: Controller memory buffer location: there is none. */
#define NVME_CMBLOC 0x38u /* Offset; 32 bits. */
#define NVME_CMBLOC_VALUE_MASK 0xffffffffu /* ro. 0. */
#define NVME_CMBLOC_VALUE_SHIFT 0u

/* CMBSZ: Controller memory buffer size: there is none. */
#define NVME_CMBSZ 0x3cu /* Offset; 32 bits. */
#define NVME_CMBSZ_VALUE_MASK 0xffffffffu /* ro. 0. */
#define NVME_CMBSZ_VALUE_SHIFT 0u

/* BPINFO: Boot partition information: there is none. */
#define NVME_BPINFO 0x40u /* Offset; 32 bits. */
#define NVME_BPINFO_VALUE_MASK 0xffffffffu /* ro. 0. */
#define NVME_BPINFO_VALUE_SHIFT 0u

/* SQ0_TAIL: Doorbell of the admin submission queue. */
#define NVME_SQ0_TAIL 0x1000u /* Offset; 32 bits. */
#define NVME_SQ0_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ0_TAIL_TAIL_SHIFT 0u

/* CQ0_HEAD: Doorbell of the admin completion queue. */
#define NVME_CQ0_HEAD 0x1004u /* Offset; 32 bits. */
#define NVME_CQ0_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ0_HEAD_HEAD_SHIFT 0u

/* SQ1_TAIL: Doorbell of I/O submission queue 1. */
#define NVME_SQ1_TAIL 0x1008u /* Offset; 32 bits. */
#define NVME_SQ1_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ1_TAIL_TAIL_SHIFT 0u

/* CQ1_HEAD: Doorbell of I/O completion queue 1. */
#define NVME_CQ1_HEAD 0x100cu /* Offset; 32 bits. */
#define NVME_CQ1_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ1_HEAD_HEAD_SHIFT 0u

/* SQ2_TAIL: Doorbell of I/O submission queue 2. */
#define NVME_SQ2_TAIL 0x1010u /* Offset; 32 bits. */
#define NVME_SQ2_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ2_TAIL_TAIL_SHIFT 0u

/* CQ2_HEAD: Doorbell of I/O completion queue 2. */
#define NVME_CQ2_HEAD 0x1014u /* Offset; 32 bits. */
#define NVME_CQ2_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ2_HEAD_HEAD_SHIFT 0u

/* SQ3_TAIL: Doorbell of I/O submission queue 3. */
#define NVME_SQ3_TAIL 0x1018u /* Offset; 32 bits. */
#define NVME_SQ3_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ3_TAIL_TAIL_SHIFT 0u

/* CQ3_HEAD: Doorbell of I/O completion queue 3. */
#define NVME_CQ3_HEAD 0x101cu /* Offset; 32 bits. */
#define NVME_CQ3_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ3_HEAD_HEAD_SHIFT 0u

/* SQ4_TAIL: Doorbell of I/O submission queue 4. */
#define NVME_SQ4_TAIL 0x1020u /* Offset; 32 bits. */
#define NVME_SQ4_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ4_TAIL_TAIL_SHIFT 0u

/* CQ4_HEAD: Doorbell of I/O completion queue 4. */
#define NVME_CQ4_HEAD 0x1024u /* Offset; 32 bits. */
#define NVME_CQ4_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ4_HEAD_HEAD_SHIFT 0u

/* SQ5_TAIL: Doorbell of I/O submission queue 5. */
#define NVME_SQ5_TAIL 0x1028u /* Offset; 32 bits. */
#define NVME_SQ5_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ5_TAIL_TAIL_SHIFT 0u

/* CQ5_HEAD: Doorbell of I/O completion queue 5. */
#define NVME_CQ5_HEAD 0x102cu /* Offset; 32 bits. */
#define NVME_CQ5_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ5_HEAD_HEAD_SHIFT 0u

/* SQ6_TAIL: Doorbell of I/O submission queue 6. */
#define NVME_SQ6_TAIL 0x1030u /* Offset; 32 bits. */
#define NVME_SQ6_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ6_TAIL_TAIL_SHIFT 0u

/* CQ6_HEAD: Doorbell of I/O completion queue 6. */
#define NVME_CQ6_HEAD 0x1034u /* Offset; 32 bits. */
#define NVME_CQ6_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ6_HEAD_HEAD_SHIFT 0u

/* SQ7_TAIL: Doorbell of I/O submission queue 7. */
#define NVME_SQ7_TAIL 0x1038u /* Offset; 32 bits. */
#define NVME_SQ7_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ7_TAIL_TAIL_SHIFT 0u

/* CQ7_HEAD: Doorbell of I/O completion queue 7. */
#define NVME_CQ7_HEAD 0x103cu /* Offset; 32 bits. */
#define NVME_CQ7_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ7_HEAD_HEAD_SHIFT 0u

/* SQ8_TAIL: Doorbell of I/O submission queue 8. */
#define NVME_SQ8_TAIL 0x1040u /* Offset; 32 bits. */
#define NVME_SQ8_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ8_TAIL_TAIL_SHIFT 0u

/* CQ8_HEAD: Doorbell of I/O completion queue 8. */
#define NVME_CQ8_HEAD 0x1044u /* Offset; 32 bits. */
#define NVME_CQ8_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ8_HEAD_HEAD_SHIFT 0u

/* SQ9_TAIL: Doorbell of I/O submission queue 9. */
#define NVME_SQ9_TAIL 0x1048u /* Offset; 32 bits. */
#define NVME_SQ9_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ9_TAIL_TAIL_SHIFT 0u

/* CQ9_HEAD: Doorbell of I/O completion queue 9. */
#define NVME_CQ9_HEAD 0x104cu /* Offset; 32 bits. */
#define NVME_CQ9_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ9_HEAD_HEAD_SHIFT 0u

/* SQ10_TAIL: Doorbell of I/O submission queue 10. */
#define NVME_SQ10_TAIL 0x1050u /* Offset; 32 bits. */
#define NVME_SQ10_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ10_TAIL_TAIL_SHIFT 0u

/* CQ10_HEAD: Doorbell of I/O completion queue 10. */
#define NVME_CQ10_HEAD 0x1054u /* Offset; 32 bits. */
#define NVME_CQ10_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ10_HEAD_HEAD_SHIFT 0u

/* SQ11_TAIL: Doorbell of I/O submission queue 11. */
#define NVME_SQ11_TAIL 0x1058u /* Offset; 32 bits. */
#define NVME_SQ11_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ11_TAIL_TAIL_SHIFT 0u

/* CQ11_HEAD: Doorbell of I/O completion queue 11. */
#define NVME_CQ11_HEAD 0x105cu /* Offset; 32 bits. */
#define NVME_CQ11_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ11_HEAD_HEAD_SHIFT 0u

/* SQ12_TAIL: Doorbell of I/O submission queue 12. */
#define NVME_SQ12_TAIL 0x1060u /* Offset; 32 bits. */
#define NVME_SQ12_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ12_TAIL_TAIL_SHIFT 0u

/* CQ12_HEAD: Doorbell of I/O completion queue 12. */
#define NVME_CQ12_HEAD 0x1064u /* Offset; 32 bits. */
#define NVME_CQ12_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ12_HEAD_HEAD_SHIFT 0u

/* SQ13_TAIL: Doorbell of I/O submission queue 13. */
#define NVME_SQ13_TAIL 0x1068u /* Offset; 32 bits. */
#define NVME_SQ13_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ13_TAIL_TAIL_SHIFT 0u

/* CQ13_HEAD: Doorbell of I/O completion queue 13. */
#define NVME_CQ13_HEAD 0x106cu /* Offset; 32 bits. */
#define NVME_CQ13_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ13_HEAD_HEAD_SHIFT 0u

/* SQ14_TAIL: Doorbell of I/O submission queue 14. */
#define NVME_SQ14_TAIL 0x1070u /* Offset; 32 bits. */
#define NVME_SQ14_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ14_TAIL_TAIL_SHIFT 0u

/* CQ14_HEAD: Doorbell of I/O completion queue 14. */
#define NVME_CQ14_HEAD 0x1074u /* Offset; 32 bits. */
#define NVME_CQ14_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ14_HEAD_HEAD_SHIFT 0u

/* SQ15_TAIL: Doorbell of I/O submission queue 15. */
#define NVME_SQ15_TAIL 0x1078u /* Offset; 32 bits. */
#define NVME_SQ15_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ15_TAIL_TAIL_SHIFT 0u

/* CQ15_HEAD: Doorbell of I/O completion queue 15. */
#define NVME_CQ15_HEAD 0x107cu /* Offset; 32 bits. */
#define NVME_CQ15_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ15_HEAD_HEAD_SHIFT 0u

/* SQ16_TAIL: Doorbell of I/O submission queue 16. */
#define NVME_SQ16_TAIL 0x1080u /* Offset; 32 bits. */
#define NVME_SQ16_TAIL_TAIL_MASK 0xffffu /* wo. Index after the last entry the driver has written. */
#define NVME_SQ16_TAIL_TAIL_SHIFT 0u

/* CQ16_HEAD: Doorbell of I/O completion queue 16. */
#define NVME_CQ16_HEAD 0x1084u /* Offset; 32 bits. */
#define NVME_CQ16_HEAD_HEAD_MASK 0xffffu /* wo. Index of the first entry the driver has not consumed. */
#define NVME_CQ16_HEAD_HEAD_SHIFT 0u

/* Memory formats and numbers. */
#define NVME_PCI_VENDOR 0x1b36u /* PCI vendor id. */
#define NVME_PCI_DEVICE 0x10u /* PCI device id. */
#define NVME_PCI_CLASS 0x10802u /* PCI class code: mass storage, non-volatile memory, NVM Express. */
#define NVME_DOORBELLS 0x1000u /* First doorbell; SQ y tail at + (2 y) × stride, CQ y head at + (2 y + 1) × stride. */
#define NVME_MAX_QUEUES 0x11u /* Queue pairs, the admin pair among them. */
#define NVME_MDTS 0x8u /* Longest transfer of a command, 4096 << MDTS bytes. */
#define NVME_NSSR_RESET 0x4e564d65u /* 'NVMe' in ASCII, high byte first. */
#define NVME_SQE_SIZE 0x40u /* Bytes of a submission entry. */
#define NVME_SQE_OPCODE 0x0u /* u8: ADMIN_… or IO_… */
#define NVME_SQE_FLAGS 0x1u /* u8: bits 1:0 fused operation, bits 7:6 PSDT (0: PRP). */
#define NVME_SQE_CID 0x2u /* u16: command identifier, the driver's choice. */
#define NVME_SQE_NSID 0x4u /* u32: namespace, from 1. */
#define NVME_SQE_CDW2 0x8u /* u32: reserved in most commands. */
#define NVME_SQE_CDW3 0xcu /* u32: reserved in most commands. */
#define NVME_SQE_MPTR 0x10u /* u64: metadata, not used here. */
#define NVME_SQE_PRP1 0x18u /* u64: physical address of the first page of data, any offset that is a multiple of 4. */
#define NVME_SQE_PRP2 0x20u /* u64: second page (offset 0), or a PRP list when more than two pages are touched. */
#define NVME_SQE_CDW10 0x28u /* u32. */
#define NVME_SQE_CDW11 0x2cu /* u32. */
#define NVME_SQE_CDW12 0x30u /* u32. */
#define NVME_SQE_CDW13 0x34u /* u32. */
#define NVME_SQE_CDW14 0x38u /* u32. */
#define NVME_SQE_CDW15 0x3cu /* u32. */
#define NVME_CQE_SIZE 0x10u /* Bytes of a completion entry. */
#define NVME_CQE_RESULT 0x0u /* u32: command specific. */
#define NVME_CQE_RESERVED 0x4u /* u32: 0. */
#define NVME_CQE_SQ_HEAD 0x8u /* u16: entries up to here have been fetched. */
#define NVME_CQE_SQ_ID 0xau /* u16: submission queue of the command. */
#define NVME_CQE_CID 0xcu /* u16: command identifier. */
#define NVME_CQE_STATUS 0xeu /* u16: phase in bit 0, above it the status (STATUS_…, MORE, DNR). */
#define NVME_CQE_PHASE 0x1u /* Bit of CQE_STATUS: 1 in the first pass through the queue, then inverted with every pass. */
#define NVME_CQE_STATUS_SHIFT 0x1u /* CQE_STATUS >> this is the status. */
#define NVME_ADMIN_DELETE_SQ 0x0u /* Delete I/O submission queue: CDW10 QID. */
#define NVME_ADMIN_CREATE_SQ 0x1u /* Create I/O submission queue: PRP1, CDW10 QID and size less one, CDW11 flags and CQID. */
#define NVME_ADMIN_GET_LOG_PAGE 0x2u /* Get log page. */
#define NVME_ADMIN_DELETE_CQ 0x4u /* Delete I/O completion queue: CDW10 QID. */
#define NVME_ADMIN_CREATE_CQ 0x5u /* Create I/O completion queue: PRP1, CDW10 QID and size less one, CDW11 flags and vector. */
#define NVME_ADMIN_IDENTIFY 0x6u /* Identify: CDW10 CNS. */
#define NVME_ADMIN_ABORT 0x8u /* Abort: CDW10 SQID and CID. */
#define NVME_ADMIN_SET_FEATURES 0x9u /* Set features: CDW10 feature. */
#define NVME_ADMIN_GET_FEATURES 0xau /* Get features: CDW10 feature and select. */
#define NVME_ADMIN_ASYNC_EVENT 0xcu /* Asynchronous event request: ends when an event happens. */
#define NVME_ADMIN_FORMAT_NVM 0x80u /* Format NVM: not offered, invalid opcode. */
#define NVME_IO_FLUSH 0x0u /* Flush. */
#define NVME_IO_WRITE 0x1u /* Write: CDW10/11 LBA, CDW12 blocks less one and flags. */
#define NVME_IO_READ 0x2u /* Read: as write. */
#define NVME_IO_WRITE_UNCORRECTABLE 0x4u /* Write uncorrectable: not offered, invalid opcode. */
#define NVME_IO_COMPARE 0x5u /* Compare: as write. */
#define NVME_IO_WRITE_ZEROES 0x8u /* Write zeroes: as write, without data. */
#define NVME_IO_DATASET_MANAGEMENT 0x9u /* Dataset management: CDW10 ranges less one, CDW11 attributes. */
#define NVME_QUEUE_CONTIGUOUS 0x1u /* CDW11 of create queue: physically contiguous. */
#define NVME_QUEUE_INTERRUPTS 0x2u /* CDW11 of create completion queue: interrupts enabled. */
#define NVME_RW_FUA 0x40000000u /* CDW12: force unit access. */
#define NVME_RW_LIMITED_RETRY 0x80000000u /* CDW12: limited retry; no effect here. */
#define NVME_WRITE_ZEROES_DEALLOCATE 0x2000000u /* CDW12 of write zeroes: deallocate. */
#define NVME_DSM_DEALLOCATE 0x4u /* CDW11 of dataset management: deallocate the ranges. */
#define NVME_DSM_RANGE_SIZE 0x10u /* Bytes a range: attributes, blocks, u64 LBA. */
#define NVME_CNS_NAMESPACE 0x0u /* Identify: one namespace. */
#define NVME_CNS_CONTROLLER 0x1u /* Identify: the controller. */
#define NVME_CNS_ACTIVE_LIST 0x2u /* Identify: active namespaces above NSID, u32 each. */
#define NVME_CNS_DESCRIPTORS 0x3u /* Identify: identifiers of one namespace. */
#define NVME_IDENTIFY_SIZE 0x1000u /* Bytes that Identify returns. */
#define NVME_CTRL_VID 0x0u /* u16: PCI vendor id. CTRL_: offsets in Identify controller. */
#define NVME_CTRL_SERIAL 0x4u /* 20 ASCII characters. */
#define NVME_CTRL_MODEL 0x18u /* 40 ASCII characters. */
#define NVME_CTRL_FIRMWARE 0x40u /* 8 ASCII characters. */
#define NVME_CTRL_MDTS 0x4du /* u8: longest transfer, smallest page << MDTS. */
#define NVME_CTRL_CNTLID 0x4eu /* u16: controller id. */
#define NVME_CTRL_VER 0x50u /* u32: as VS. */
#define NVME_CTRL_OAES 0x5cu /* u32: optional asynchronous events; bit 8 namespace attributes. */
#define NVME_CTRL_OACS 0x100u /* u16: optional admin commands: none. */
#define NVME_CTRL_ACL 0x102u /* u8: aborts at once, less one. */
#define NVME_CTRL_AERL 0x103u /* u8: asynchronous event requests at once, less one. */
#define NVME_CTRL_ELPE 0x106u /* u8: entries of the error log, less one. */
#define NVME_CTRL_SQES 0x200u /* u8: smallest and largest submission entry, powers of two. */
#define NVME_CTRL_CQES 0x201u /* u8: smallest and largest completion entry, powers of two. */
#define NVME_CTRL_NN 0x204u /* u32: largest NSID. */
#define NVME_CTRL_ONCS 0x208u /* u16: optional I/O commands; bit 0 compare, 2 dataset management, 3 write zeroes. */
#define NVME_CTRL_VWC 0x20du /* u8: bit 0, there is a volatile write cache. */
#define NVME_NS_NSZE 0x0u /* u64: size in blocks. NS_: offsets in Identify namespace. */
#define NVME_NS_NCAP 0x8u /* u64: capacity in blocks. */
#define NVME_NS_NUSE 0x10u /* u64: blocks in use. */
#define NVME_NS_NSFEAT 0x18u /* u8: bit 0, thin provisioning. */
#define NVME_NS_NLBAF 0x19u /* u8: formats, less one. */
#define NVME_NS_FLBAS 0x1au /* u8: format in use, bits 3:0. */
#define NVME_NS_NSATTR 0x63u /* u8: bit 0, write protected. */
#define NVME_NS_EUI64 0x78u /* u64, high byte first. */
#define NVME_NS_LBAF0 0x80u /* u32: format 0; bits 23:16 block size as a power of two. */
#define NVME_FEATURE_ARBITRATION 0x1u /* Arbitration burst. */
#define NVME_FEATURE_POWER_MANAGEMENT 0x2u /* Power state. */
#define NVME_FEATURE_TEMPERATURE 0x4u /* Temperature threshold, kelvins. */
#define NVME_FEATURE_ERROR_RECOVERY 0x5u /* Error recovery of a namespace. */
#define NVME_FEATURE_WRITE_CACHE 0x6u /* Volatile write cache. */
#define NVME_FEATURE_QUEUES 0x7u /* Number of I/O queues, less one: submission in bits 15:0, completion in bits 31:16. */
#define NVME_FEATURE_COALESCING 0x8u /* Interrupt coalescing; without effect on the admin queue. */
#define NVME_FEATURE_VECTOR 0x9u /* Interrupt vector configuration. */
#define NVME_FEATURE_WRITE_ATOMICITY 0xau /* Write atomicity. */
#define NVME_FEATURE_ASYNC_EVENT 0xbu /* Which asynchronous events are told. */
#define NVME_FEATURE_SAVE 0x80000000u /* CDW10 of set features: save; nothing is saveable. */
#define NVME_LOG_ERROR 0x1u /* Error information, 64 bytes an entry. */
#define NVME_LOG_SMART 0x2u /* SMART / health information, 512 bytes. */
#define NVME_LOG_FIRMWARE 0x3u /* Firmware slots, 512 bytes. */
#define NVME_LOG_CHANGED_NAMESPACES 0x4u /* Changed namespaces, u32 each, 4096 bytes. */
#define NVME_EVENT_ERROR 0x0u /* Type of an asynchronous event, bits 2:0 of the result: error. */
#define NVME_EVENT_SMART 0x1u /* Type: SMART / health. */
#define NVME_EVENT_NOTICE 0x2u /* Type: notice. */
#define NVME_EVENT_INVALID_DOORBELL 0x0u /* Information of EVENT_ERROR, bits 15:8: write to the doorbell of a queue that is not there. */
#define NVME_EVENT_INVALID_DOORBELL_VALUE 0x1u /* Information of EVENT_ERROR: doorbell value out of range. */
#define NVME_EVENT_TEMPERATURE 0x1u /* Information of EVENT_SMART: a temperature threshold was passed. */
#define NVME_EVENT_NAMESPACE 0x0u /* Information of EVENT_NOTICE: namespaces changed. */
#define NVME_STATUS_SUCCESS 0x0u /* Done. STATUS_: status code type << 8 | status code. */
#define NVME_STATUS_INVALID_OPCODE 0x1u /* No such command. */
#define NVME_STATUS_INVALID_FIELD 0x2u /* A field is reserved or not supported. */
#define NVME_STATUS_CID_CONFLICT 0x3u /* The command identifier is in use. */
#define NVME_STATUS_DATA_TRANSFER_ERROR 0x4u /* Data could not be transferred. */
#define NVME_STATUS_POWER_LOSS 0x5u /* Aborted: power is about to be lost. */
#define NVME_STATUS_INTERNAL_ERROR 0x6u /* The controller failed. */
#define NVME_STATUS_ABORTED 0x7u /* Aborted by an abort command. */
#define NVME_STATUS_SQ_DELETED 0x8u /* Aborted: the submission queue was deleted. */
#define NVME_STATUS_FUSED_FAILED 0x9u /* Aborted: the other command of the fused pair failed. */
#define NVME_STATUS_FUSED_MISSING 0xau /* Aborted: the other command of the fused pair is missing. */
#define NVME_STATUS_INVALID_NAMESPACE 0xbu /* No such namespace, or its format is not valid. */
#define NVME_STATUS_SEQUENCE_ERROR 0xcu /* The order of commands is wrong. */
#define NVME_STATUS_PRP_OFFSET_INVALID 0x13u /* A PRP entry has an offset it must not have. */
#define NVME_STATUS_WRITE_PROTECTED 0x20u /* The namespace is write protected. */
#define NVME_STATUS_COMMAND_INTERRUPTED 0x21u /* Could not be carried out now; send it again. */
#define NVME_STATUS_TRANSPORT_ERROR 0x22u /* A transient transport error. */
#define NVME_STATUS_LBA_OUT_OF_RANGE 0x80u /* Beyond the end of the namespace. */
#define NVME_STATUS_CAPACITY_EXCEEDED 0x81u /* No room. */
#define NVME_STATUS_NAMESPACE_NOT_READY 0x82u /* The namespace is not ready. */
#define NVME_STATUS_RESERVATION_CONFLICT 0x83u /* Reserved by somebody else. */
#define NVME_STATUS_CQ_INVALID 0x100u /* No such completion queue. */
#define NVME_STATUS_INVALID_QID 0x101u /* The queue id is out of range or in use. */
#define NVME_STATUS_INVALID_QUEUE_SIZE 0x102u /* The size is 0 or beyond CAP.MQES. */
#define NVME_STATUS_ABORT_LIMIT 0x103u /* More aborts at once than ACL allows. */
#define NVME_STATUS_EVENT_LIMIT 0x105u /* More asynchronous event requests than AERL allows. */
#define NVME_STATUS_INVALID_VECTOR 0x108u /* No such interrupt vector. */
#define NVME_STATUS_INVALID_LOG_PAGE 0x109u /* No such log page. */
#define NVME_STATUS_INVALID_FORMAT 0x10au /* No such format. */
#define NVME_STATUS_INVALID_QUEUE_DELETION 0x10cu /* Submission queues still use the completion queue. */
#define NVME_STATUS_FEATURE_NOT_SAVEABLE 0x10du /* The feature cannot be saved. */
#define NVME_STATUS_FEATURE_NOT_CHANGEABLE 0x10eu /* The feature cannot be changed. */
#define NVME_STATUS_FEATURE_NOT_NAMESPACE 0x10fu /* The feature belongs to the controller, not to a namespace. */
#define NVME_STATUS_CONFLICTING_ATTRIBUTES 0x180u /* Attributes contradict each other. */
#define NVME_STATUS_INVALID_PROTECTION 0x181u /* Protection information settings are not valid. */
#define NVME_STATUS_WRITE_TO_READ_ONLY 0x182u /* The range is read only. */
#define NVME_STATUS_WRITE_FAULT 0x280u /* Data could not be committed to the medium. */
#define NVME_STATUS_UNRECOVERED_READ 0x281u /* Data could not be read from the medium. */
#define NVME_STATUS_COMPARE_FAILURE 0x285u /* Compare: the data differ. */
#define NVME_STATUS_ACCESS_DENIED 0x286u /* Access to the namespace is denied. */
#define NVME_STATUS_INTERNAL_PATH_ERROR 0x300u /* A failure inside the controller on the way to the namespace. */
#define NVME_STATUS_MORE 0x2000u /* Flag: the error log tells more. */
#define NVME_STATUS_DNR 0x4000u /* Flag: do not retry, it will fail again. */

#endif
